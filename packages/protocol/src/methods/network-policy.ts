/** Skein's: what the commands of a tenant may connect to. Times in milliseconds since the epoch. */
import { z } from "zod";
import { noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";

/** `off`: nothing. `listed`: the hosts of the list. `ask`: those, and others when a person who may approve allows it. */
export const networkModeSchema = z.enum(["off", "listed", "ask"]);
export type NetworkMode = z.infer<typeof networkModeSchema>;

const networkPolicySchema = z.object({
  mode: networkModeSchema,
  /** `example.org`, `*.example.org` for all below it, `*` for all; with `:port`, or for 80 and 443. */
  hosts: z.array(z.string()),
  /** Null: nobody has changed it yet. */
  updatedAt: z.int().nullable(),
});
export type NetworkPolicy = z.infer<typeof networkPolicySchema>;

export const maxListedHosts = 500;

export const networkPolicyMethods = {
  "skein/network/policy/read": { params: noParamsSchema, result: networkPolicySchema },
  /** Counts for the next connection, on every node. The result has each host in the one spelling that is kept. */
  "skein/network/policy/update": {
    params: z.object({ mode: networkModeSchema, hosts: z.array(z.string().max(300)).max(maxListedHosts) }),
    result: networkPolicySchema,
  },
} as const satisfies Record<string, Method>;
