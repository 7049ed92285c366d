/**
 * What strangers try with each method. A row is given ids of the victim's, and then ids of the same form that nobody has; the answers
 * must not differ by a byte. A method without a row does not type-check.
 */
import type { MethodName, ParamsInput } from "@skein/protocol/methods";
import type { Ids } from "./ids.ts";
import type { HiddenFrom } from "./strangers.ts";

/** `ownThreadId`: of a thread that the stranger may read; where they have none, one that nobody has. */
export interface Given extends Ids {
  readonly ownThreadId: string;
}

export interface MethodRow<M extends MethodName> {
  readonly hiddenFrom: HiddenFrom;
  /** Each one call. At least one; every id that fits is tried in every place where the method takes one. */
  readonly calls: (given: Given) => readonly ParamsInput<M>[];
}

type Rows = { readonly [M in MethodName]: MethodRow<M> };

const input = [{ type: "text" as const, text: "hello", text_elements: [] }];

/** A thread, or what a person alone has. */
function ofPerson<M extends MethodName>(calls: MethodRow<M>["calls"]): MethodRow<M> {
  return { hiddenFrom: "everybody", calls };
}

/** What belongs to a tenant as a whole: its people may see it. */
function ofTenant<M extends MethodName>(calls: MethodRow<M>["calls"]): MethodRow<M> {
  return { hiddenFrom: "outsiders", calls };
}

const thread = ({ threadId }: Given) => [{ threadId }];

/** By each way in which a file of the workspace could be named. */
const inWorkspace = ({ cwd, hostPath, workspaceId }: Given) =>
  [`${cwd}/file`, `${hostPath}/file`, `/workspaces/${workspaceId}/file`, `/workspaces/main/../../${hostPath}/file`].map(
    (path) => ({ path }),
  );

export const methodRows: Rows = {
  initialize: ofTenant(() => [{ clientInfo: { name: "x", version: "1" } }]),
  "skein/server/info": ofTenant(() => [undefined]),

  "thread/start": ofTenant(({ clientThreadId, cwd, hostPath, threadId }) => [
    { clientThreadId },
    { cwd },
    { cwd: hostPath },
    { cwd: "/", runtimeWorkspaceRoots: [hostPath] },
    { environments: [{ environmentId: threadId, cwd }] },
  ]),
  "thread/list": ofTenant(({ listCursor, threadId, cwd }) => [
    {},
    { cursor: listCursor },
    { archived: true },
    { searchTerm: "Please" },
    { cwd },
    { parentThreadId: threadId },
    { excludedThreadIds: [threadId] },
  ]),
  "thread/loaded/list": ofTenant(({ threadId }) => [{}, { cursor: threadId }]),
  "thread/search": ofTenant(({ listCursor }) => [{ searchTerm: "Please" }, { searchTerm: "a", cursor: listCursor }]),

  "thread/resume": ofPerson(({ threadId, replayCursor, ownThreadId }) => [
    { threadId },
    { threadId, replay: { cursor: replayCursor } },
    { threadId: ownThreadId, replay: { cursor: replayCursor } },
    { threadId, approvalPolicy: "never" },
  ]),
  "thread/fork": ofPerson(({ threadId, turnId, ownThreadId }) => [
    { threadId },
    { threadId, lastTurnId: turnId },
    { threadId: ownThreadId, lastTurnId: turnId },
    { threadId: ownThreadId, beforeTurnId: turnId },
  ]),
  "thread/read": ofPerson(({ threadId }) => [{ threadId }, { threadId, includeTurns: true }]),
  "thread/turns/list": ofPerson(({ threadId, pageCursor, ownThreadId }) => [
    { threadId },
    { threadId, cursor: pageCursor },
    { threadId: ownThreadId, cursor: pageCursor },
  ]),
  "thread/items/list": ofPerson(({ threadId, turnId, itemId, pageCursor, ownThreadId }) => [
    { threadId, turnId },
    { threadId: ownThreadId, turnId },
    { threadId: ownThreadId, cursor: pageCursor },
    { threadId: ownThreadId, cursor: { type: "item", itemId } },
  ]),
  "thread/goal/get": ofPerson(thread),
  "thread/unsubscribe": ofPerson(thread),
  "thread/readState/update": ofPerson(({ threadId }) => [
    { threadId, operation: { type: "read" }, expectedRevision: threadId },
  ]),
  "thread/queue/list": ofPerson(thread),
  "thread/backgroundTerminals/list": ofPerson(thread),

  "turn/start": ofPerson(({ threadId, clientUserMessageId }) => [{ threadId, input, clientUserMessageId }]),
  "turn/steer": ofPerson(({ threadId, turnId, clientUserMessageId, ownThreadId }) => [
    { threadId, input, expectedTurnId: turnId, clientUserMessageId },
    { threadId: ownThreadId, input, expectedTurnId: turnId },
  ]),
  "turn/interrupt": ofPerson(({ threadId, turnId, ownThreadId }) => [
    { threadId, turnId },
    { threadId: ownThreadId, turnId },
  ]),
  "thread/queue/add": ofPerson(({ threadId }) => [{ threadId, input, clientUserMessageId: "shared-queue-key" }]),
  "thread/queue/update": ofPerson(({ threadId, queuedSubmissionId, ownThreadId }) => [
    { threadId, queuedSubmissionId, input },
    { threadId: ownThreadId, queuedSubmissionId, input },
  ]),
  "thread/queue/delete": ofPerson(({ threadId, queuedSubmissionId, ownThreadId }) => [
    { threadId, queuedSubmissionId },
    { threadId: ownThreadId, queuedSubmissionId },
  ]),
  "thread/queue/reorder": ofPerson(({ threadId, queuedSubmissionId, ownThreadId }) => [
    { threadId, queuedSubmissionIds: [queuedSubmissionId] },
    { threadId: ownThreadId, queuedSubmissionIds: [queuedSubmissionId] },
  ]),
  "thread/queue/start": ofPerson(({ threadId, queuedSubmissionId, ownThreadId }) => [
    { threadId, queuedSubmissionId, steer: true },
    { threadId: ownThreadId, queuedSubmissionId },
  ]),
  "thread/compact/start": ofPerson(thread),
  "review/start": ofPerson(({ threadId }) => [{ threadId, target: { type: "uncommittedChanges" } }]),
  "thread/settings/update": ofPerson(({ threadId }) => [
    { threadId, effort: "low" },
    { threadId, approvalPolicy: "never" },
  ]),
  "thread/backgroundTerminals/terminate": ofPerson(({ threadId, processId, ownThreadId }) => [
    { threadId, processId },
    { threadId: ownThreadId, processId },
  ]),
  "thread/backgroundTerminals/clean": ofPerson(thread),
  "thread/shellCommand": ofPerson(({ threadId }) => [{ threadId, command: "touch stolen" }]),

  "thread/archive": ofPerson(thread),
  "thread/unarchive": ofPerson(thread),
  "thread/delete": ofPerson(thread),
  "thread/name/set": ofPerson(({ threadId }) => [{ threadId, name: "mine now" }]),

  "skein/thread/grant/list": ofPerson(thread),
  "skein/thread/grant/set": ofPerson(({ threadId, userId }) => [
    { threadId, userId, level: "manage" },
    { threadId, userId, level: null },
  ]),
  "skein/thread/handOver": ofPerson(({ threadId, userId }) => [{ threadId, userId }]),

  "skein/thread/comment/add": ofPerson(({ threadId, turnId, ownThreadId }) => [
    { threadId, text: "hello" },
    { threadId, turnId, text: "hello", clientCommentId: "shared-comment-key" },
    { threadId: ownThreadId, turnId, text: "hello" },
  ]),
  "skein/thread/comment/delete": ofPerson(({ threadId, commentId, ownThreadId }) => [
    { threadId, commentId },
    { threadId: ownThreadId, commentId },
  ]),
  "skein/thread/typing": ofPerson(({ threadId }) => [
    { threadId, typing: true },
    { threadId, typing: false },
  ]),

  "hooks/list": ofPerson(({ threadId, cwd, hostPath }) => [{ threadId }, { cwds: [cwd, hostPath] }]),
  "mcpServerStatus/list": ofPerson(({ threadId }) => [{ threadId }, {}]),
  "skills/list": ofTenant(({ cwd, hostPath }) => [{ cwds: [cwd] }, { cwds: [hostPath] }]),
  "plugin/installed": ofTenant(({ cwd, hostPath }) => [{ cwds: [cwd, hostPath] }]),
  "model/list": ofTenant(() => [{}]),
  "collaborationMode/list": ofTenant(() => [{}]),
  "config/read": ofTenant(({ cwd, hostPath }) => [{ cwd }, { cwd: hostPath, includeLayers: true }]),
  "configRequirements/read": ofTenant(() => [undefined]),
  "permissionProfile/list": ofTenant(({ cwd }) => [{ cwd }]),
  "account/read": ofTenant(() => [{}]),
  "account/rateLimits/read": ofTenant(() => [undefined]),
  "account/usage/read": ofPerson(({ threadId }) => [{ threadId }]),
  "account/bedrock/checkGovCloudRequirements": ofTenant(() => [{}]),
  "server/diagnostics": ofTenant(() => [{}]),

  "skein/workspace/list": ofTenant(() => [undefined]),
  "skein/workspace/create": ofTenant(({ workspaceName, workspaceId }) => [
    { name: workspaceName },
    { name: workspaceId },
    { name: `../${workspaceName}` },
  ]),
  // Refused before anything is made; what does not depend on the names is that nothing is told of them.
  "skein/workspace/clone": ofTenant(({ workspaceName, workspaceId, gitCredentialId }) => [
    { name: workspaceName, url: "ssh://git.example.org/repository" },
    { name: workspaceId, url: "https://git.example.org/repository", credentialId: gitCredentialId },
    { name: workspaceName, url: "https://git.example.org/repository", credentialId: workspaceId },
  ]),
  "skein/workspace/read": ofTenant(({ workspaceId, workspaceName }) => [
    { workspaceId },
    { workspaceId: workspaceName },
  ]),
  "skein/workspace/rename": ofTenant(({ workspaceId, workspaceName }) => [
    { workspaceId, title: "Mine" },
    { workspaceId, title: null },
    // Refused by what it says, of a workspace that is somebody's: not before it is known that there is one.
    { workspaceId, title: "x".repeat(101) },
    { workspaceId: workspaceName, title: "Mine" },
  ]),
  "skein/workspace/delete": ofTenant(({ workspaceId, workspaceName }) => [
    { workspaceId },
    { workspaceId: workspaceName },
  ]),

  "fs/readFile": ofTenant(inWorkspace),
  "fs/writeFile": ofTenant((given) => inWorkspace(given).map(({ path }) => ({ path, dataBase64: "eA==" }))),
  "fs/createDirectory": ofTenant((given) => [{ path: `${given.cwd}/made` }, { path: `${given.hostPath}/made` }]),
  "fs/getMetadata": ofTenant(inWorkspace),
  "fs/readDirectory": ofTenant(({ cwd, hostPath }) => [{ path: cwd }, { path: hostPath }]),
  "fs/remove": ofTenant((given) => inWorkspace(given).flatMap(({ path }) => [{ path }, { path, force: false }])),
  "fs/copy": ofTenant((given) =>
    inWorkspace(given).flatMap(({ path }) => [
      { sourcePath: path, destinationPath: "/workspaces/main/stolen" },
      { sourcePath: "/workspaces/main", destinationPath: path, recursive: true },
    ]),
  ),
  "fs/watch": ofTenant((given) => inWorkspace(given).map(({ path }) => ({ path, watchId: given.sessionId }))),
  "fs/unwatch": ofTenant(({ sessionId }) => [{ watchId: sessionId }]),
  "command/exec": ofTenant(({ cwd, hostPath, workspaceId, processId }) => [
    ...[cwd, hostPath, `/workspaces/${workspaceId}`].map((path) => ({ command: ["ls"], cwd: path, processId })),
    { command: ["ls", "/"], cwd, env: { HOME: hostPath }, sandboxPolicy: { type: "dangerFullAccess" as const } },
  ]),
  "command/exec/write": ofTenant(({ processId }) => [{ processId, deltaBase64: "eA==" }]),
  "command/exec/resize": ofTenant(({ processId }) => [{ processId, size: { rows: 1, cols: 1 } }]),
  "command/exec/terminate": ofTenant(({ processId }) => [{ processId }]),
  "process/spawn": ofTenant(({ cwd, hostPath, processId: processHandle }) =>
    [cwd, hostPath].map((path) => ({ command: ["ls"], cwd: path, processHandle })),
  ),
  "process/writeStdin": ofTenant(({ processId: processHandle }) => [{ processHandle, deltaBase64: "eA==" }]),
  "process/resizePty": ofTenant(({ processId: processHandle }) => [{ processHandle, size: { rows: 1, cols: 1 } }]),
  "process/kill": ofTenant(({ processId: processHandle }) => [{ processHandle }]),
  fuzzyFileSearch: ofTenant(({ cwd, hostPath, workspaceId }) => [
    { query: "a", roots: [cwd, hostPath, `/workspaces/${workspaceId}`] },
    { query: "a", roots: [`/workspaces/main/../../${hostPath}`], cancellationToken: workspaceId },
  ]),
  "fuzzyFileSearch/sessionStart": ofTenant(({ sessionId, cwd, hostPath }) => [{ sessionId, roots: [cwd, hostPath] }]),
  "fuzzyFileSearch/sessionUpdate": ofTenant(({ sessionId }) => [{ sessionId, query: "a" }]),
  "fuzzyFileSearch/sessionStop": ofTenant(({ sessionId }) => [{ sessionId }]),

  "skein/token/create": ofTenant(() => [{ name: "the same name" }]),
  "skein/token/list": ofTenant(() => [undefined]),
  "skein/token/revoke": ofPerson(({ tokenId }) => [{ tokenId }]),
  "skein/tenant/leave": ofTenant(() => [undefined]),
  "skein/tenant/rename": ofTenant(() => [{ name: "the same team" }]),
  "skein/member/list": ofTenant(() => [undefined]),
  "skein/member/update": ofTenant(({ userId }) => [{ userId, role: "viewer" }]),
  "skein/member/remove": ofTenant(({ userId }) => [{ userId }]),
  "skein/invitation/create": ofTenant(() => [{ role: "owner", note: "the same note" }]),
  "skein/invitation/list": ofTenant(() => [undefined]),
  "skein/invitation/revoke": ofTenant(({ invitationId }) => [{ invitationId }]),
  "skein/modelCredential/list": ofTenant(() => [undefined]),
  "skein/modelCredential/put": ofPerson(() => [{ scope: "user", name: "mine" }]),
  "skein/modelCredential/delete": ofPerson(() => [{ scope: "user" }]),
  "skein/modelCredential/test": ofPerson(() => [{ scope: "user" }]),
  "skein/gitCredential/list": ofTenant(() => [undefined]),
  "skein/gitCredential/add": ofPerson(({ gitCredentialId }) => [
    { scope: "user", name: gitCredentialId, host: "git.example.org", username: "git", token: "a-token-of-its-own" },
  ]),
  "skein/gitCredential/delete": ofPerson(({ gitCredentialId }) => [{ credentialId: gitCredentialId }]),
  "skein/audit/list": ofTenant(({ threadId, userId }) => [{}, { aboutThread: threadId }, { actorId: userId }]),

  "skein/share/create": ofPerson(({ threadId }) => [
    { threadId, title: "the same title" },
    { threadId, title: "the same title", withHistory: false },
  ]),
  "skein/share/list": ofPerson(thread),
  "skein/share/revoke": ofPerson(({ threadId, shareLinkId, ownThreadId }) => [
    { threadId, linkId: shareLinkId },
    { threadId: ownThreadId, linkId: shareLinkId },
  ]),
  "skein/share/preview": ofPerson(({ threadId, pageCursor, ownThreadId }) => [
    { threadId },
    { threadId, cursor: pageCursor, isLive: false },
    { threadId: ownThreadId, cursor: pageCursor },
  ]),
  // Whoever has the secret of a link may copy what it shows; ids are no secrets.
  "skein/share/copy": ofTenant(({ threadId, shareLinkId, invitationSecret }) => [
    { token: shareLinkId },
    { token: threadId },
    { token: invitationSecret },
    { token: `skein_share_${invitationSecret}` },
  ]),
  "skein/network/policy/read": ofTenant(() => [undefined]),
  "skein/network/policy/update": ofTenant(() => [{ mode: "ask", hosts: ["example.org"] }]),
  "skein/usage/read": ofTenant(() => [undefined]),
  "skein/usage/report": ofTenant(() => [undefined]),
  "skein/budget/read": ofTenant(() => [undefined]),
  "skein/budget/update": ofTenant(({ userId }) => [{ members: [{ userId, limits: { primary: 0, secondary: 0 } }] }]),
};
