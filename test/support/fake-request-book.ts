import type { KeptReply, RequestBook } from "../../scheduler/ports.ts";

/** Requests of a swarm that is none: a fake that remembers them until the test is over. */
export function fakeRequestBook(): RequestBook {
  const kept = new Map<string, { readonly print: string; reply: KeptReply | null }>();
  return {
    claim({ by, key, print }) {
      const id = `${by} ${key}`;
      const found = kept.get(id);
      if (found !== undefined) return Promise.resolve({ fresh: false, ...found });
      kept.set(id, { print, reply: null });
      return Promise.resolve({ fresh: true, id });
    },
    settle(id, reply) {
      const found = kept.get(id);
      if (found !== undefined) found.reply = reply;
      return Promise.resolve();
    },
    release(id) {
      kept.delete(id);
      return Promise.resolve();
    },
  };
}
