/** Members of the caller's tenant, what it is called, and invitations into it. */
import { errors } from "@skein/protocol/errors";
import type { Invitation as WireInvitation, Member as WireMember } from "@skein/protocol/methods/member";
import type { WithTenant } from "../database/with-tenant.ts";
import { createInvitation, type Invitation, listInvitations, revokeInvitation } from "../identity/invitations.ts";
import { changeMember, listMembers, type Member } from "../identity/members.ts";
import { nameSchema } from "../identity/name.ts";
import type { Principal, Role } from "../identity/principal.ts";
import { renameTenant } from "../identity/rename-tenant.ts";
import { actingBy } from "./acting.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods =
  | "skein/member/list"
  | "skein/member/update"
  | "skein/member/remove"
  | "skein/tenant/leave"
  | "skein/tenant/rename"
  | "skein/invitation/create"
  | "skein/invitation/list"
  | "skein/invitation/revoke";

const daySeconds = 24 * 60 * 60;
const defaultDays = 7;
const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface MemberServices {
  readonly withTenant: WithTenant;
  /** Without accounts nobody could sign in by an invitation. */
  readonly accounts: boolean;
  /** What is open for the member, on any node, ends or is made anew. */
  memberChanged(member: Pick<Principal, "tenantId" | "userId">, change: "ended" | "role"): void;
  /** Told to everybody in the tenant, on every node. */
  tenantChanged(tenantId: string, tenant: { readonly name: string }): void;
}

export function memberHandlers(services: MemberServices): Handlers<Methods> {
  const { withTenant, accounts, memberChanged } = services;
  const change = async (userId: string, role: Role | null, call: MethodCall) => {
    const { tenantId } = call.principal;
    const outcome = isUuid.test(userId)
      ? await changeMember(withTenant, tenantId, userId, role, actingBy(call))
      : "notFound";
    if (outcome === "notFound") refuse(errors.memberNotFound(userId));
    if (outcome === "lastOwner") refuse(errors.lastOwner());
    if (outcome === "unchanged") return {};
    call.afterwards(() => memberChanged({ tenantId, userId }, role === null ? "ended" : "role"));
    return {};
  };
  return {
    "skein/member/list": async (_params, { principal }) => {
      const members = await listMembers(withTenant, principal.tenantId);
      return { data: members.map((member) => presentMember(member, principal)) };
    },
    "skein/member/update": ({ userId, role }, call) => change(userId, role, call),
    "skein/member/remove": ({ userId }, call) => change(userId, null, call),
    "skein/tenant/leave": (_params, call) => change(call.principal.userId, null, call),
    "skein/tenant/rename": ({ name }, call) => rename(services, name, call),

    "skein/invitation/create": async ({ role, note, days }, call) => {
      if (!accounts) refuse(errors.unsupported("invitations on a server without accounts"));
      const terms = { role, note: note?.trim() ?? "", lifetimeSeconds: (days ?? defaultDays) * daySeconds };
      const { token, invitation } = await createInvitation(withTenant, call.principal, terms, actingBy(call));
      // Behind the #, so that no server and no proxy on the way writes it into a log.
      return { invitation: presentInvitation(invitation), path: `/join#${token}` };
    },
    "skein/invitation/list": async (_params, { principal }) => {
      const invitations = await listInvitations(withTenant, principal.tenantId);
      return { data: invitations.map(presentInvitation) };
    },
    "skein/invitation/revoke": async ({ invitationId }, call) => {
      if (!(await revokeInvitation(withTenant, call.principal.tenantId, invitationId, actingBy(call)))) {
        refuse(errors.invitationNotFound(invitationId));
      }
      return {};
    },
  };
}

async function rename({ withTenant, tenantChanged }: MemberServices, asked: string, call: MethodCall) {
  const { tenantId } = call.principal;
  const parsed = nameSchema.safeParse(asked);
  if (!parsed.success) refuse(errors.invalidParams(`the name ${parsed.error.issues[0]?.message ?? "is refused"}`));
  const { data: name } = parsed;
  if (await renameTenant(withTenant, tenantId, name, actingBy(call))) {
    call.afterwards(() => tenantChanged(tenantId, { name }));
  }
  return {};
}

function presentMember({ joinedAtMs, ...member }: Member, { userId }: Principal): WireMember {
  return { ...member, joinedAt: joinedAtMs, isYou: member.userId === userId };
}

function presentInvitation({ createdAtMs, expiresAtMs, ...invitation }: Invitation): WireInvitation {
  return { ...invitation, createdAt: createdAtMs, expiresAt: expiresAtMs };
}
