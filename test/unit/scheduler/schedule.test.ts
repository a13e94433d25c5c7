import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { schedule, startSchedule } from "../../../scheduler/schedule.ts";

describe("a schedule", () => {
  it("is a period", () => {
    const periods = { "1m": 60, "500ms": 0.5, " 90s ": 90, "1.5h": 5400, "24d": 2_073_600 };
    for (const [text, seconds] of Object.entries(periods)) {
      assert.deepEqual(schedule().parse(text), { kind: "period", seconds });
    }
  });

  it("is a cron expression of five or six fields", () => {
    for (const expression of ["0 3 * * *", "*/5 * * * *", "30 0 3 * * MON-FRI", "0 0 1,15 * *"]) {
      assert.deepEqual(schedule().parse(expression), { kind: "cron", expression });
    }
  });

  // The last but one is longer than a timer can count: it would fire all the time.
  for (const garbage of [
    "",
    " ",
    "0s",
    "60",
    "soon",
    "-1m",
    "* * * *",
    "60 * * * *",
    "* * * * * * *",
    "a b c d e",
    "25d",
    "99999d",
  ]) {
    it(`is refused when it reads ${JSON.stringify(garbage)}, with what to write instead`, () => {
      const { success, error } = schedule().safeParse(garbage);
      assert.equal(success, false);
      assert.deepEqual(
        error.issues.map(({ message }) => message),
        [
          `${JSON.stringify(garbage)} is no schedule; write a period such as 1m, 24d at the most, or a cron expression such as */5 * * * *`,
        ],
      );
    });
  }
});

describe("startSchedule", () => {
  it("ticks once each period until it is told to stop", (t) => {
    mock.timers.enable({ apis: ["setInterval"] });
    t.after(() => {
      mock.timers.reset();
    });
    const onTick = mock.fn();
    const stop = startSchedule({ kind: "period", seconds: 60 }, onTick);
    mock.timers.tick(59_999);
    assert.equal(onTick.mock.callCount(), 0);
    mock.timers.tick(60_001);
    assert.equal(onTick.mock.callCount(), 2);
    stop();
    mock.timers.tick(600_000);
    assert.equal(onTick.mock.callCount(), 2);
  });

  it("ticks as the cron expression has it until it is told to stop", async () => {
    let stop: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      stop = startSchedule({ kind: "cron", expression: "* * * * * *" }, resolve);
    });
    // What still ran would keep this process from ending.
    stop();
  });
});
