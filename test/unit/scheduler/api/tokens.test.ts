import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tokens } from "../../../../scheduler/api/access/tokens.ts";

const SECRET = "0123456789abcdef";

function faultsOf(value: string): readonly string[] {
  const result = tokens().safeParse(value);
  return result.success ? [] : result.error.issues.map(({ message }) => message);
}

describe("the API's tokens", () => {
  it("are a line each, with comments between, or apart by semicolons", () => {
    const expected = [
      { name: "ann", role: "admin", secret: SECRET },
      { name: "grafana", role: "viewer", secret: `${SECRET}=` },
    ];
    assert.deepEqual(
      tokens().parse(`# people\nann admin ${SECRET}\n\n  grafana  viewer ${SECRET}=  \n`),
      expected,
    );
    assert.deepEqual(tokens().parse(`ann admin ${SECRET};grafana viewer ${SECRET}=`), expected);
    assert.deepEqual(tokens().parse(""), []);
  });

  it("are refused with the line and the mend, all at once, and no secret is told", () => {
    const faults = faultsOf(
      `ann admin\nbob root ${SECRET}\ncy viewer short\n\nann viewer ${SECRET}\nann admin ${SECRET}`,
    );
    assert.deepEqual(faults, [
      "line 1: is not NAME ROLE SECRET, three words",
      'line 2: "root" is no role; write viewer, hook, operator, admin',
      'line 3: the secret of "cy" has 5 characters; write 16 or more',
      '"ann" is named twice; name each once',
    ]);
  });
});
