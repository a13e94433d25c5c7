import { createHmac, randomBytes } from "node:crypto";
import type { Credentials } from "./basic.ts";

/** Compares a password with a bcrypt hash. */
export type Compare = (password: string, hash: string) => Promise<boolean>;

/** Bcrypt hashes of passwords, by user. */
type Users = ReadonlyMap<string, string>;

/** Whether these are credentials of one of the users. */
export type CheckCredentials = (users: Users, credentials: Credentials) => Promise<boolean>;

/** Answers remembered of each kind: guesses must not drive out what is right. */
const REMEMBERED = 100;

/** Comparisons that may wait for their turn; who comes then is refused unheard. */
const WAITING_MOST = 50;

/**
 * Checks credentials one after the other, because bcrypt is made to be slow, and remembers the answers, because a
 * scraper comes with the same ones each time. What is remembered is a keyed hash, never a password.
 */
export function createCredentialCheck(compare: Compare): CheckCredentials {
  const secret = randomBytes(32);
  const right = new Set<string>();
  const wrong = new Set<string>();
  const underWay = new Map<string, Promise<boolean>>();
  let lastTurn: Promise<unknown> = Promise.resolve();

  async function judge(key: string, isKnown: boolean, password: string, hash: string): Promise<boolean> {
    const isSame = await compare(password, hash);
    remember(isSame && isKnown ? right : wrong, key);
    return isSame && isKnown;
  }

  return (users, { user, password }) => {
    const own = users.get(user);
    // Nobody's password is compared too, so that it takes as long to learn that a user is not there.
    const [hash = ""] = own === undefined ? users.values() : [own];
    const isKnown = own !== undefined;
    const words = JSON.stringify([isKnown, user, hash, password]);
    const key = createHmac("sha256", secret).update(words).digest("base64");
    if (right.has(key)) return Promise.resolve(true);
    if (wrong.has(key)) return Promise.resolve(false);
    const asked = underWay.get(key);
    if (asked !== undefined) return asked;
    if (underWay.size >= WAITING_MOST) return Promise.resolve(false);
    const answer = lastTurn
      .then(() => judge(key, isKnown, password, hash))
      .finally(() => underWay.delete(key));
    lastTurn = answer.catch(() => null);
    underWay.set(key, answer);
    return answer;
  };
}

function remember(keys: Set<string>, key: string): void {
  const [oldest] = keys;
  if (keys.size >= REMEMBERED && oldest !== undefined) keys.delete(oldest);
  keys.add(key);
}
