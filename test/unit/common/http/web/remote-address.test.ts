import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countedAs } from "../../../../../common/http/web/remote-address.ts";

describe("an address, as limits count it", () => {
  const CASES: readonly (readonly [address: string, counted: string])[] = [
    ["10.0.0.7", "10.0.0.7"],
    ["::ffff:10.0.0.7", "10.0.0.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::1:2:3:4", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["unknown", "unknown"],
  ];
  for (const [address, counted] of CASES) {
    it(`${address} is ${counted}`, () => {
      assert.equal(countedAs(address), counted);
    });
  }
});
