import { cut } from "./screen/text.ts";
import { COLORED, PLAIN, type Paint } from "./screen/paint.ts";

/** Where the demo is told: lines that stay, and on a terminal a picture below them that is drawn anew. */
export interface Terminal {
  readonly paint: Paint;
  readonly live: boolean;
  say(line: string): void;
  /** Replaces the picture; does nothing where there is no terminal. */
  show(lines: readonly string[]): void;
}

const CLEAR_BELOW = "\u001B[J";

export function createTerminal(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Terminal {
  // What reads along may go away; the demo must still take down what it started.
  stream.on("error", () => undefined);
  const live = stream.isTTY && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  if (!live) return plain(stream);
  let picture: readonly string[] = [];
  let drawn = 0;
  const draw = (lines: readonly string[], above: string) => {
    const up = drawn === 0 ? "" : `\u001B[${drawn}A`;
    const shown = lines.slice(0, Math.max(0, stream.rows - 1)).map((line) => cut(line, stream.columns - 1));
    stream.write(`\r${up}${CLEAR_BELOW}${above}${shown.map((line) => `${line}\n`).join("")}`);
    picture = lines;
    drawn = shown.length;
  };
  return {
    paint: COLORED,
    live,
    say(line) {
      draw(picture, `${line}\n`);
    },
    show(lines) {
      draw(lines, "");
    },
  };
}

function plain(stream: NodeJS.WriteStream): Terminal {
  return {
    paint: PLAIN,
    live: false,
    say(line) {
      stream.write(`${line}\n`);
    },
    show() {
      // Only what stays is said.
    },
  };
}
