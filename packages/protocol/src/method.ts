import type { z } from "zod";

/** What the registry says of one method; router, typed client and JSON Schema derive from it. */
export interface Method {
  readonly params: z.ZodType;
  readonly result: z.ZodType;
  /** Needs the capability `experimentalApi`, as upstream's stable schema lacks it. */
  readonly experimental?: true;
  /** Params that need `experimentalApi`, where the method itself does not. */
  readonly experimentalFields?: readonly string[];
  /** Answered before `initialize`. */
  readonly beforeInitialize?: true;
}
