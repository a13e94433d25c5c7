import type { SteerRecord } from "../domain/steer.ts";
import type { RawService } from "./raw.ts";
import type { Settling } from "./settle.ts";

/** What a look at a service under way calls for. */
export type Step =
  | { readonly next: "watch" | "hold" }
  | {
      readonly next: "turn-back";
      readonly service: RawService;
      readonly back: NonNullable<SteerRecord["back"]>;
    }
  | { readonly next: "let-go"; readonly ending: Settling };
