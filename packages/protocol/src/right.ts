/** Who somebody is in a tenant, and what they may do with a thread. */
import { z } from "zod";

export const roleSchema = z.enum(["owner", "member", "viewer"]);
export type Role = z.infer<typeof roleSchema>;

export const rights = ["read", "prompt", "approve", "manage"] as const;
export const rightSchema = z.enum(rights);
/** An access token carries some of these, and by them what it may do in the tenant. */
export type Right = z.infer<typeof rightSchema>;
