import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { subjectAltNames } from "../../../../../common/http/web/subject-alt-names.ts";

describe("the names of a certificate", () => {
  const CASES: readonly (readonly [printed: string, names: readonly string[]])[] = [
    ["", []],
    ["DNS:prometheus.example", ["prometheus.example"]],
    [
      "DNS:a, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1, email:x@y, URI:spiffe://z/p",
      ["a", "10.0.0.1", "::1", "x@y", "spiffe://z/p"],
    ],
    // One name that pretends to be two.
    ['DNS:"evil, DNS:prometheus"', ["evil, DNS:prometheus"]],
    ['DNS:"quo\\"te", DNS:b', ['quo"te', "b"]],
    ["othername:<unsupported>, DNS:c, Registered ID:1.2.3", ["c"]],
  ];
  for (const [printed, names] of CASES) {
    it(`are ${JSON.stringify(names)} in ${JSON.stringify(printed)}`, () => {
      assert.deepEqual(subjectAltNames(printed), names);
    });
  }
});
