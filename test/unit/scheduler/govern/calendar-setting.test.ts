import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as z from "zod";
import { loadConfig } from "../../../../common/config/load.ts";
import { duration } from "../../../../common/config/types.ts";
import { recurrences } from "../../../../scheduler/govern/calendar-setting.ts";

const TYPE = recurrences(duration());
const WEEKNIGHTS = { cron: "0 22 * * 1-5", durationSeconds: 21_600, timezone: "Europe/Berlin" };
const SUNDAYS = { cron: "30 3 * * SUN", durationSeconds: 5400, timezone: "UTC" };

describe("the setting of windows and blackouts", () => {
  it("is a text of spans", () => {
    const [one, other] = ["0 22 * * 1-5 for 6h in Europe/Berlin", "30 3 * * SUN for 1.5h in UTC"];
    assert.deepEqual(TYPE.parse(one), [WEEKNIGHTS]);
    assert.deepEqual(TYPE.parse(`${one} ; ${other};`), [WEEKNIGHTS, SUNDAYS]);
    assert.deepEqual(TYPE.parse([one, other]), [WEEKNIGHTS, SUNDAYS]);
    assert.deepEqual(TYPE.parse("  0 22 * * 1-5   for  6h   in Europe/Berlin "), [WEEKNIGHTS]);
    assert.deepEqual([TYPE.parse(""), TYPE.parse(" "), TYPE.parse([])], [[], [], []]);
  });

  const garbage: readonly (readonly [text: string, cause: string])[] = [
    ["soon", "it is not made of a cron expression, `for` a duration and `in` a time zone"],
    ["0 22 * * 1-5 for 6h", "it is not made of a cron expression, `for` a duration and `in` a time zone"],
    [
      "0 22 * * 1-5 in UTC for 6h",
      "it is not made of a cron expression, `for` a duration and `in` a time zone",
    ],
    ["0 22 * * for 6h in UTC", '"0 22 * *" is no cron expression of five fields'],
    ["0 0 22 * * 1 for 6h in UTC", '"0 0 22 * * 1" is no cron expression of five fields'],
    ["0 25 * * * for 6h in UTC", '"0 25 * * *" is no valid cron expression'],
    ["0 0 30 2 * for 6h in UTC", '"0 0 30 2 *" is no valid cron expression'],
    ["0 22 * * * for ages in UTC", '"ages" is no duration of 1m to 366d'],
    ["0 22 * * * for 59s in UTC", '"59s" is no duration of 1m to 366d'],
    ["0 22 * * * for 367d in UTC", '"367d" is no duration of 1m to 366d'],
    ["0 22 * * * for 6h in Berlin", '"Berlin" is no time zone'],
  ];
  for (const [text, cause] of garbage) {
    it(`is refused once when it reads ${JSON.stringify(text)}, with what to write instead`, () => {
      const messages = TYPE.safeParse(text).error?.issues.map(({ message }) => message);
      assert.deepEqual(messages, [
        `${JSON.stringify(text)} is no span of time: ${cause}; write one such as 0 22 * * 1-5 for 6h in Europe/Berlin`,
      ]);
    });
  }

  it("is refused with its place", () => {
    const schema = z.strictObject({ windows: TYPE.prefault("") });
    const scope = { prefix: "X_", foreignPrefixes: [] };
    const read = (env: NodeJS.ProcessEnv) => loadConfig(schema, { args: [], env, scope, file: null });
    assert.deepEqual(read({}), { windows: [] });
    assert.throws(
      () => read({ X_WINDOWS: "0 22 * * * for 6h in Berlin" }),
      /X_WINDOWS.*"Berlin" is no time zone/s,
    );
  });
});
