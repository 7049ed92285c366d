/**
 * The one place that says what a principal may do. Pure: what it has to know of a thread is given to it.
 *
 * A person's rights come of their role and, for a thread, of whose it is and what was granted to them; a credential can carry
 * fewer, never more.
 */

import { type Right, rights } from "@skein/protocol/right";
import type { Principal } from "./principal.ts";

export type Permitted = Pick<Principal, "userId" | "role" | "via">;

/** What counts of a thread when somebody asks for it. */
export interface ThreadAccess {
  /** null: nobody's, such as an imported one. */
  readonly createdBy: string | null;
  /** To the one who asks. */
  readonly granted: readonly Right[];
}

/** What is done in a tenant and is no thread's matter. */
export type TenantAction =
  /** See what is there: lists, models, settings, members. */
  | "look"
  /** Begin a thread or a workspace. */
  | "begin"
  /** Run commands in workspaces past the agent's sandbox policy, as who approves lets the agent do. */
  | "run"
  /** Have access tokens of one's own, and leave the tenant. */
  | "ownAccess"
  /** Members, roles and invitations. */
  | "administer";

/** What a method asks of its caller. */
export type Need =
  /** Any principal: it tells of nothing that is the tenant's. */
  | { readonly type: "nothing" }
  | { readonly type: "tenant"; readonly action: TenantAction }
  /** On the thread that `threadId` names, and in the tenant too where it says `also`; where the method can do without a thread, `otherwise` counts. */
  | { readonly type: "thread"; readonly right: Right; readonly also?: TenantAction; readonly otherwise?: TenantAction };

const readOnly: readonly Right[] = ["read"];

/** What a grant of this level gives; each includes the lower ones. */
export function rightsUpTo(level: Right): readonly Right[] {
  return rights.slice(0, rights.indexOf(level) + 1);
}

/** Owners answer for their tenant and may do everything with its threads; a viewer only reads, whoever made the thread. */
export function decideThreadRights(principal: Permitted, access: ThreadAccess): ReadonlySet<Right> {
  const carried = carriedBy(principal);
  return seeing(decidePersonalRights(principal, access).filter((right) => carried.includes(right)));
}

/** What a member may do, whatever they come in by: for what they have left to be done without them. */
export function decideMemberRights(
  member: Pick<Principal, "userId" | "role">,
  access: ThreadAccess,
): ReadonlySet<Right> {
  return seeing(decidePersonalRights(member, access));
}

function decidePersonalRights(
  { userId, role }: Pick<Principal, "userId" | "role">,
  { createdBy, granted }: ThreadAccess,
): readonly Right[] {
  const isOwn = createdBy !== null && createdBy === userId;
  const personal = role === "owner" || isOwn ? rights : granted;
  const ofRole = role === "viewer" ? readOnly : rights;
  return personal.filter((right) => ofRole.includes(right));
}

/** Whoever may not see a thread may do nothing with it, whatever else was granted. */
function seeing(allowed: readonly Right[]): ReadonlySet<Right> {
  return new Set(allowed.includes("read") ? allowed : []);
}

/** Whether rights on a thread depend on whose it is; otherwise nobody has to look. */
export function ownsEveryThread({ role }: Pick<Principal, "role">): boolean {
  return role === "owner";
}

/** Whose thread it is may give it away, and an owner of the tenant; a grant to manage it does not make it one's own. */
export function mayHandOver(principal: Permitted, { createdBy }: Pick<ThreadAccess, "createdBy">): boolean {
  const isOwn = createdBy !== null && createdBy === principal.userId;
  return (
    (isOwn || principal.role === "owner") && decideThreadRights(principal, { createdBy, granted: [] }).has("manage")
  );
}

const actions: Readonly<
  Record<TenantAction, { readonly roles: readonly Principal["role"][]; readonly carries: Right }>
> = {
  look: { roles: ["owner", "member", "viewer"], carries: "read" },
  begin: { roles: ["owner", "member"], carries: "prompt" },
  run: { roles: ["owner", "member"], carries: "approve" },
  ownAccess: { roles: ["owner", "member", "viewer"], carries: "manage" },
  administer: { roles: ["owner"], carries: "manage" },
};

export function mayInTenant(principal: Permitted, action: TenantAction): boolean {
  const { roles, carries } = actions[action];
  return roles.includes(principal.role) && carriedBy(principal).includes(carries);
}

/**
 * Words to the other people of a thread, which the agent never reads: they change nothing, so whoever may read it as a person may say some.
 * A token needs to carry prompting, as one that reads was given away to write nothing; a link needs to say so, and somebody who is signed in.
 */
export function mayComment(principal: Pick<Principal, "via">, onThread: ReadonlySet<Right>): boolean {
  const { via } = principal;
  if (!onThread.has("read")) return false;
  if (via.type === "shareLink") return via.share.level !== "read" && via.person !== null;
  return carriedBy(principal).includes("prompt");
}

/**
 * To rename and to delete it. Its files go with it, so a member takes away only what they have brought; what nobody is known to have
 * made is the owners'.
 */
export function mayManageWorkspace(
  principal: Permitted,
  { createdBy }: { readonly createdBy: string | null },
): boolean {
  if (!carriedBy(principal).includes("manage")) return false;
  return principal.role === "owner" || (principal.role === "member" && createdBy === principal.userId);
}

/** What the principal's credential carries, which is also the most that a token made with it can. */
export function carriedBy({ via }: Pick<Principal, "via">): readonly Right[] {
  switch (via.type) {
    case "accessToken":
      return via.scopes;
    case "shareLink":
      return [];
    case "session":
    case "configuredToken":
      return rights;
  }
}

/** By a link: on its own thread what it allows, and nothing anywhere else. Whoever prompts must be somebody. */
export function decideShareRights({ via }: Pick<Principal, "via">, threadId: string): ReadonlySet<Right> {
  if (via.type !== "shareLink" || via.share.threadId !== threadId) return new Set();
  return new Set(via.share.level === "prompt" && via.person !== null ? ["read", "prompt"] : ["read"]);
}
