import type { Problem } from "../../../../common/http/problem.ts";
import type { FieldChange, Written } from "../../../domain/daily.ts";
import type { Verdict } from "../../../govern/permit/permit.ts";
import { Refused } from "../../http/endpoint.ts";
import type { Editor } from "./parts.ts";

interface AnyDraft {
  readonly changes: readonly FieldChange[];
  readonly digest: string;
}

/** What is to be edited, by whose rules. */
export interface Edit<Change, Draft> {
  readonly editor: Editor<Change, Draft>;
  readonly id: string;
  readonly change: Change;
  /** What the one check says of the thing as it was just read. */
  readonly judge: (draft: Draft) => Verdict;
  readonly dryRun: boolean;
}

/** What an edit came to. */
export interface Edited<Draft> {
  readonly draft: Draft;
  readonly notes: readonly string[];
  /** Null where nothing was written: in a dry run, and where all was so already. */
  readonly written: Extract<Written, { readonly outcome: "written" }> | null;
}

/** Somebody else's write in between is met by reading anew, once. */
const ATTEMPTS = 2;

/**
 * Reads, asks whether it may be, and writes over the very version that was judged. Where something else of the thing was
 * written meanwhile, such as Swarm's own notes, and its spec is the same, it is tried once more.
 * @throws Refused with 404 where the thing is gone, with 403, 409 or 503 where it may not be, with 409 where somebody
 * else wrote to it, and with 400 or 502 where the manager would not have it.
 */
export async function edit<Change, Draft extends AnyDraft>(
  asked: Edit<Change, Draft>,
): Promise<Edited<Draft>> {
  let first: Draft | null = null;
  for (let attempt = 1; ; attempt += 1) {
    const draft = await asked.editor.draft(asked.id, asked.change);
    if (draft === null) throw new Refused(GONE);
    if (first !== null && first.digest !== draft.digest) throw new Refused(CONFLICT);
    first = draft;
    const notes = permitted(asked.judge(draft));
    if (asked.dryRun || draft.changes.length === 0) return { draft, notes, written: null };
    const written = await asked.editor.write(draft);
    if (written.outcome === "written") return { draft, notes, written };
    if (written.outcome !== "conflict" || attempt === ATTEMPTS) throw new Refused(problemOf(written));
  }
}

/**
 * The notes of a verdict that lets it be.
 * @throws Refused with all that stands against it.
 */
export function permitted(verdict: Verdict): readonly string[] {
  if (verdict.permitted) return verdict.notes;
  const { status, title } = KINDS[verdict.kind];
  const details = verdict.objections.map(({ detail, yieldsToForce }) =>
    yieldsToForce ? `${detail}; ask with \`"force": true\` if that is meant` : detail,
  );
  throw new Refused({ status, title, detail: details.join("; ") });
}

const KINDS = {
  unknown: { status: 503, title: "The swarm cannot be read" },
  policy: { status: 403, title: "Not allowed" },
  state: { status: 409, title: "Not now" },
} as const;

const GONE: Problem = { status: 404, title: "Gone", detail: "it was removed a moment ago" };
const CONFLICT: Problem = {
  status: 409,
  title: "Somebody else wrote first",
  detail: "somebody else wrote to it at the same time; look at it, and ask again if it is still meant",
};
const BAD_REQUEST = 400;

/** The answer to a write that did not come about. */
export function problemOf(written: Exclude<Written, { readonly outcome: "written" }>): Problem {
  switch (written.outcome) {
    case "conflict":
      return CONFLICT;
    case "gone":
      return GONE;
    case "refused":
      return written.status === BAD_REQUEST
        ? { status: BAD_REQUEST, title: "Docker refuses it", detail: written.detail }
        : {
            status: 502,
            title: "Docker refuses it",
            detail: `the manager takes no such write: ${written.detail}`,
          };
  }
}
