import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultOfWrite } from "../../support/hostile-oracle.ts";
import { playRound } from "../../support/hostile-round.ts";
import { startHostileServers, type SeenWrite, type SpoiltAnswer } from "../../support/hostile-servers.ts";
import { soundDocuments } from "../../support/hostile-world.ts";

const PAGE = `<html>\n<body>${"Bad Gateway\n".repeat(5000)}</body></html>`;

/** Answers as proxies, restarts and overload make them. */
const SPOILT: Readonly<Record<string, SpoiltAnswer>> = {
  "an error without words": { status: 500, text: () => "" },
  "an error in JSON": { status: 503, text: () => '{"message":"no leader","error":"no leader"}' },
  "an error whose words are none": { status: 500, text: () => '{"error":{"toString":1},"message":["a",{}]}' },
  "an error of many words": { status: 502, type: "text/html", text: () => PAGE },
  "a page instead": { type: "text/html", text: () => PAGE },
  "nothing at all": { text: () => "" },
  "no content": { status: 204, text: () => "" },
  "a redirect": { status: 302, text: () => "" },
  "half of it": { text: (sound) => sound.slice(0, sound.length >> 1) },
  "half of it and then the end of the connection": { manner: "cut" },
  "an answer byte by byte": { manner: "trickle" },
  silence: { manner: "silent" },
  null: { text: () => "null" },
  "a word": { text: () => '"ok"' },
  "an object of other things": { text: () => '{"__proto__":[],"length":1}' },
  "very deep nesting": { text: () => "[".repeat(100_000) },
  "a byte order mark and zeros": { text: (sound) => `\ufeff${sound}\u0000` },
};
const READS = ["/info", "/nodes", "/services", "/tasks", "/configs", "sampledAt", "cpuUsed", "taskMemory"];

/** Some answers never come to an end; the others have all the time that a busy machine takes. */
const PATIENCE_MS = 1000;
const ENDLESS: ReadonlySet<SpoiltAnswer["manner"]> = new Set(["trickle", "silent", "cut"]);
const AMPLE_MS = 30_000;

interface Played {
  readonly reason: string;
  readonly writes: readonly SeenWrite[];
  readonly outcomes: readonly string[];
}

/** One round with one kind of answer spoilt; on servers of its own, so that many can wait side by side. */
async function played(place: string, answer: SpoiltAnswer): Promise<Played> {
  const documents = soundDocuments(Date.now());
  const told = structuredClone(documents.docker.services);
  const servers = await startHostileServers(documents);
  servers.play(documents, { [place]: answer });
  const { decision, results } = await playRound(servers, ENDLESS.has(answer.manner) ? PATIENCE_MS : AMPLE_MS);
  assert.deepEqual(
    servers.writes.flatMap((write) => faultOfWrite(write, told) ?? []),
    [],
  );
  return { reason: decision.reason, writes: servers.writes, outcomes: results.map(({ outcome }) => outcome) };
}

describe("an answer to a read", () => {
  for (const [what, answer] of Object.entries(SPOILT)) {
    it(`that is ${what} is a doubt in one line`, async () => {
      const rounds = await Promise.all(READS.map((place) => played(place, answer)));
      for (const [index, { reason, writes }] of rounds.entries()) {
        const place = READS[index] ?? "";
        const who = place.startsWith("/") ? "the swarm cannot be read: " : "Prometheus at http://127.0.0.1:";
        // On a busy machine sound answers may be late too, beside one that never comes.
        const isNamed = reason.startsWith(`nothing moves: ${who}`) || ENDLESS.has(answer.manner);
        assert.ok(isNamed && reason.startsWith("nothing moves: "), `${place}: ${reason}`);
        assert.ok(reason.length < 700 && !reason.includes("\n"), `${place}: ${reason.length} characters`);
        assert.deepEqual(writes, [], place);
      }
    });
  }
});
