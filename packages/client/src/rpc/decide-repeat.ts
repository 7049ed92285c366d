/** Whether a request that met a limit is made again by itself, and when. */
import type { MethodName } from "@skein/protocol/methods";
import { RpcError } from "./rpc-error.ts";

/**
 * Those that change nothing but what this client is sent. The server has not carried out what it refused for a limit, but a
 * change that is made later than another one could undo that, so others are left to whoever asked, or to the outbox.
 */
const readsOnly: ReadonlySet<MethodName> = new Set<MethodName>([
  "thread/list",
  "thread/loaded/list",
  "thread/search",
  "thread/read",
  "thread/resume",
  "thread/turns/list",
  "thread/items/list",
  "thread/goal/get",
  "thread/queue/list",
  "thread/backgroundTerminals/list",
  "model/list",
  "skills/list",
  "hooks/list",
  "collaborationMode/list",
  "mcpServerStatus/list",
  "account/read",
  "account/rateLimits/read",
  "account/usage/read",
  "config/read",
  "configRequirements/read",
  "permissionProfile/list",
  "fs/readFile",
  "fs/readDirectory",
  "fs/getMetadata",
  "fuzzyFileSearch",
  "skein/workspace/list",
  "skein/workspace/read",
  "skein/thread/grant/list",
  "skein/token/list",
  "skein/member/list",
  "skein/invitation/list",
  "skein/share/list",
  "skein/share/preview",
  "skein/audit/list",
  "skein/modelCredential/list",
  "skein/gitCredential/list",
  "skein/network/policy/read",
  "skein/usage/read",
  "skein/usage/report",
  "skein/budget/read",
]);

const maxTries = 6;
/** A wait that grows where the server goes on refusing, since others may wait for the same. */
const growth = 1.5;

/** How long to wait, in ms, after the try of this number (from 1); null: whoever asked is told. `jitter`: in [0, 1). */
export function decideRepeat(method: MethodName, failure: unknown, tries: number, jitter: number): number | null {
  if (!(failure instanceof RpcError) || failure.kind !== "rateLimited" || failure.retryAfterMs === null) return null;
  if (tries >= maxTries || !readsOnly.has(method)) return null;
  return Math.ceil(failure.retryAfterMs * growth ** (tries - 1) * (1 + jitter / 2));
}
