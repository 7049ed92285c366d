/**
 * What a request counts for in the limits on requests, roughly as the server's work goes: 1 is a read of a few rows.
 * What is not named counts as a change.
 */
import { isMethodName, type MethodName } from "@skein/protocol/methods";

/** Refusing it would end the connection, and opening one is limited already. */
const greeting = 0;
const read = 1;
const change = 3;
/** A page of many threads, or a snapshot of one. */
const page = 5;
/** Searches, sums over much, and whatever copies. */
const heavy = 20;

const costs: Partial<Readonly<Record<MethodName, number>>> = {
  initialize: greeting,

  "skein/server/info": read,
  "thread/loaded/list": read,
  "thread/read": read,
  "thread/turns/list": read,
  "thread/items/list": read,
  "thread/goal/get": read,
  "thread/unsubscribe": read,
  "thread/readState/update": read,
  "thread/queue/list": read,
  "thread/backgroundTerminals/list": read,
  "skein/thread/grant/list": read,
  "hooks/list": read,
  "mcpServerStatus/list": read,
  "skills/list": read,
  "plugin/installed": read,
  "model/list": read,
  "collaborationMode/list": read,
  "config/read": read,
  "configRequirements/read": read,
  "permissionProfile/list": read,
  "account/read": read,
  "account/rateLimits/read": read,
  "server/diagnostics": read,
  "skein/workspace/list": read,
  "skein/workspace/read": read,
  "skein/token/list": read,
  "skein/member/list": read,
  "skein/invitation/list": read,
  "skein/share/list": read,
  "skein/modelCredential/list": read,
  "skein/gitCredential/list": read,
  "skein/network/policy/read": read,
  "skein/usage/read": read,
  "skein/budget/read": read,
  "skein/thread/typing": read,
  "command/exec/write": read,
  "process/writeStdin": read,
  // Whoever wants an end of something is to get it.
  "turn/interrupt": read,
  "command/exec/terminate": read,
  "process/kill": read,

  "thread/list": page,
  "thread/resume": page,
  "skein/audit/list": page,
  "account/usage/read": page,
  "fs/readFile": page,
  "fs/readDirectory": page,

  "thread/search": heavy,
  "thread/fork": heavy,
  "skein/workspace/clone": heavy,
  "skein/share/preview": heavy,
  "skein/share/copy": heavy,
  "skein/usage/report": heavy,
  "fs/copy": heavy,
  fuzzyFileSearch: heavy,
  "fuzzyFileSearch/sessionStart": heavy,
  "command/exec": heavy,
  "process/spawn": heavy,
};

/** `method` as a client has sent it. */
export function costOf(method: string): number {
  return isMethodName(method) ? (costs[method] ?? change) : read;
}
