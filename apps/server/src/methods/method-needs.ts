/** What each method asks of its caller; a method that is missing here does not type-check. `identity/authorise.ts` says who has it. */
import type { MethodName } from "@skein/protocol/methods";
import type { Right } from "@skein/protocol/right";
import type { Need, TenantAction } from "../identity/authorise.ts";

const nothing: Need = { type: "nothing" };
const tenant = (action: TenantAction): Need => ({ type: "tenant", action });
const thread = (right: Right): Need => ({ type: "thread", right });

export const methodNeeds: Readonly<Record<MethodName, Need>> = {
  initialize: nothing,
  "skein/server/info": nothing,

  "thread/start": tenant("begin"),
  "thread/list": tenant("look"),
  "thread/loaded/list": tenant("look"),
  "thread/search": tenant("look"),

  // Changing settings on the way is another matter: see `changeSettings`.
  "thread/resume": thread("read"),
  "thread/fork": { type: "thread", right: "read", also: "begin" },
  "thread/read": thread("read"),
  "thread/turns/list": thread("read"),
  "thread/items/list": thread("read"),
  "thread/goal/get": thread("read"),
  "thread/unsubscribe": thread("read"),
  "thread/readState/update": thread("read"),
  "thread/queue/list": thread("read"),
  "thread/backgroundTerminals/list": thread("read"),

  "turn/start": thread("prompt"),
  "turn/steer": thread("prompt"),
  "turn/interrupt": thread("prompt"),
  "thread/queue/add": thread("prompt"),
  "thread/queue/update": thread("prompt"),
  "thread/queue/delete": thread("prompt"),
  "thread/queue/reorder": thread("prompt"),
  "thread/queue/start": thread("prompt"),
  "thread/compact/start": thread("prompt"),
  "review/start": thread("prompt"),
  "thread/settings/update": thread("prompt"),
  "thread/backgroundTerminals/terminate": thread("prompt"),
  "thread/backgroundTerminals/clean": thread("prompt"),
  // A command that runs without anybody being asked has been approved by whoever gives it.
  "thread/shellCommand": thread("approve"),

  "thread/archive": thread("manage"),
  "thread/unarchive": thread("manage"),
  "thread/delete": thread("manage"),
  "thread/name/set": thread("manage"),

  "skein/thread/grant/list": thread("read"),
  "skein/thread/grant/set": thread("manage"),
  // And that it is one's own, or the tenant: see `mayHandOver`.
  "skein/thread/handOver": thread("manage"),

  // To be told to others one must be allowed to write: see `mayComment`.
  "skein/thread/typing": thread("read"),
  "skein/thread/comment/add": thread("read"),
  "skein/thread/comment/delete": thread("read"),

  "hooks/list": { type: "thread", right: "read", otherwise: "look" },
  "mcpServerStatus/list": { type: "thread", right: "read", otherwise: "look" },
  "skills/list": tenant("look"),
  "plugin/installed": tenant("look"),
  "model/list": tenant("look"),
  "collaborationMode/list": tenant("look"),
  "config/read": tenant("look"),
  "configRequirements/read": tenant("look"),
  "permissionProfile/list": tenant("look"),
  "account/read": tenant("look"),
  "account/rateLimits/read": tenant("look"),
  "account/usage/read": { type: "thread", right: "read", otherwise: "look" },
  "account/bedrock/checkGovCloudRequirements": tenant("look"),
  "server/diagnostics": tenant("look"),

  "skein/workspace/list": tenant("look"),
  "skein/workspace/create": tenant("begin"),
  "skein/workspace/clone": tenant("begin"),
  "skein/workspace/read": tenant("look"),
  // Which one, the methods ask `mayManageWorkspace`.
  "skein/workspace/rename": tenant("begin"),
  "skein/workspace/delete": tenant("begin"),

  // In a workspace, without a thread: whoever may begin one could have an agent do it.
  "fs/readFile": tenant("begin"),
  "fs/writeFile": tenant("begin"),
  "fs/createDirectory": tenant("begin"),
  "fs/getMetadata": tenant("begin"),
  "fs/readDirectory": tenant("begin"),
  "fs/remove": tenant("begin"),
  "fs/copy": tenant("begin"),
  "fs/watch": tenant("begin"),
  "fs/unwatch": tenant("begin"),
  fuzzyFileSearch: tenant("begin"),
  "fuzzyFileSearch/sessionStart": tenant("begin"),
  "fuzzyFileSearch/sessionUpdate": tenant("begin"),
  "fuzzyFileSearch/sessionStop": tenant("begin"),
  // With full access it needs what `process/spawn` needs.
  "command/exec": tenant("begin"),
  "command/exec/write": tenant("begin"),
  "command/exec/resize": tenant("begin"),
  "command/exec/terminate": tenant("begin"),
  "process/spawn": tenant("run"),
  "process/writeStdin": tenant("run"),
  "process/resizePty": tenant("run"),
  "process/kill": tenant("run"),

  "skein/token/create": tenant("ownAccess"),
  "skein/token/list": tenant("ownAccess"),
  "skein/token/revoke": tenant("ownAccess"),
  "skein/tenant/leave": tenant("ownAccess"),
  "skein/tenant/rename": tenant("administer"),
  "skein/member/list": tenant("look"),
  "skein/member/update": tenant("administer"),
  "skein/member/remove": tenant("administer"),
  "skein/invitation/create": tenant("administer"),
  "skein/invitation/list": tenant("administer"),
  "skein/invitation/revoke": tenant("administer"),
  "skein/audit/list": tenant("administer"),

  "skein/share/create": thread("manage"),
  "skein/share/list": thread("manage"),
  "skein/share/revoke": thread("manage"),
  "skein/share/preview": thread("manage"),
  "skein/share/copy": tenant("begin"),
  // The tenant's own is for owners: see `scopeOf`.
  "skein/modelCredential/list": tenant("look"),
  "skein/modelCredential/put": tenant("ownAccess"),
  "skein/modelCredential/delete": tenant("ownAccess"),
  "skein/modelCredential/test": tenant("ownAccess"),
  "skein/gitCredential/list": tenant("look"),
  "skein/gitCredential/add": tenant("ownAccess"),
  "skein/gitCredential/delete": tenant("ownAccess"),
  "skein/network/policy/read": tenant("look"),
  "skein/network/policy/update": tenant("administer"),
  "skein/usage/read": tenant("look"),
  "skein/usage/report": tenant("administer"),
  "skein/budget/read": tenant("administer"),
  "skein/budget/update": tenant("administer"),
};
