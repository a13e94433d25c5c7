import type {
  FieldChange,
  JoinToken,
  NodeChange,
  NodeDraft,
  ServiceChange,
  ServiceDraft,
  TokenChange,
  UpdatedService,
  UpdatedTask,
  UpdateMark,
  Written,
} from "../../../domain/daily.ts";
import type { Node } from "../../../domain/node.ts";
import type { PermitRules } from "../../../govern/permit/asked.ts";
import type { Observe } from "../../../observe/observer.ts";

/** Changes one thing of a thing's spec: reads it afresh, then writes over that very version. */
export interface Editor<Change, Draft> {
  /** Null when it is gone. */
  draft(id: string, change: Change): Promise<Draft | null>;
  write(draft: Draft): Promise<Written>;
}

/** The same of services; how far what was written is can be told by a look. */
interface ServiceEditor extends Editor<ServiceChange, ServiceDraft> {
  /** The service and its tasks as they are, for `updateProgress`; null when it is gone. */
  look(
    id: string,
  ): Promise<{ readonly service: UpdatedService; readonly tasks: readonly UpdatedTask[] } | null>;
}

/** What machines join the swarm by. */
interface JoinTokens {
  read(role: Node["role"]): Promise<JoinToken>;
  /** A new one takes the place of the one there is. */
  rotate(role: Node["role"]): Promise<Written>;
}

/** What was done, and by whom: the audit tells the path only. Never a token. */
export interface DailyDeed {
  readonly caller: string;
  readonly reason: string;
  readonly act: ServiceChange | NodeChange | TokenChange;
  /** The id of the service or the node; empty for the swarm. */
  readonly subject: string;
  /** For people. */
  readonly name: string;
  readonly changes: readonly FieldChange[];
  readonly notes: readonly string[];
  /** Of a service: what the rest of the work is followed by. */
  readonly update: UpdateMark | null;
}

/** What the daily acts work with. */
export interface DailyParts {
  readonly observe: Observe;
  readonly daily: {
    readonly rules: PermitRules;
    readonly services: ServiceEditor;
    readonly nodes: Editor<NodeChange, NodeDraft>;
    readonly tokens: JoinTokens;
    /** Called after something was done. */
    readonly onDeed: (deed: DailyDeed) => void;
  };
}
