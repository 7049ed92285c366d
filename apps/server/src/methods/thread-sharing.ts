/** To whom of the tenant a thread is shared. */
import { errors, type ProtocolError } from "@skein/protocol/errors";
import type { ThreadGrant as WireGrant } from "@skein/protocol/methods/thread-sharing";
import type { Right } from "@skein/protocol/right";
import type { WithTenant } from "../database/with-tenant.ts";
import { mayHandOver } from "../identity/authorise.ts";
import { findMember } from "../identity/members.ts";
import type { GrantOutcome, ThreadGrant } from "../log/thread-grants.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { actingBy, actorOf } from "./acting.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { findThread, hostOf, keyOf, type ThreadServices } from "./thread-services.ts";

type Methods = "skein/thread/grant/list" | "skein/thread/grant/set" | "skein/thread/handOver";

/** `ended`: the person may not read the thread any more, as far as it is they who were meant. */
export interface AccessChange {
  readonly userId: string;
  readonly ended: boolean;
}

export interface SharingServices extends ThreadServices {
  readonly withTenant: WithTenant;
  /** What is open for them ends or goes on with other rights, on every node. Here that has happened when it returns. */
  accessChanged(thread: ThreadKey, change: AccessChange): void;
}

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function threadSharingHandlers(services: SharingServices): Handlers<Methods> {
  const { directory, accessChanged } = services;
  return {
    "skein/thread/grant/list": async ({ threadId }, { principal }) => {
      const key = keyOf(principal, threadId);
      const found = (await directory.grants(key)) ?? refuse(errors.threadNotFound(key.threadId));
      return { createdBy: found.createdBy, data: found.grants.map(presentGrant) };
    },

    "skein/thread/grant/set": async ({ threadId, userId, level }, call) => {
      const { principal } = call;
      const key = keyOf(principal, threadId);
      const grant = { userId: userId.toLowerCase(), level, grantedBy: principal.userId };
      const by = actingBy(call);
      const outcome = isUuid.test(userId) ? await directory.setGrant(key, grant, by) : "memberNotFound";
      const refusal = refusalOf(outcome, key, userId);
      if (refusal !== null) refuse(refusal);
      if (outcome === "changed") accessChanged(key, { userId: grant.userId, ended: level === null });
      return {};
    },

    "skein/thread/handOver": ({ threadId, userId, keep = "prompt" }, call) =>
      handOver(services, call, threadId, { userId: userId.toLowerCase(), keep }),
  };
}

async function handOver(
  services: SharingServices,
  call: MethodCall,
  threadId: string,
  { userId, keep }: { readonly userId: string; readonly keep: Right | null },
): Promise<Record<string, never>> {
  const { principal } = call;
  const key = keyOf(principal, threadId);
  const { createdBy, ephemeral } = await findThread(services, key, errors.threadNotFound);
  if (!mayHandOver(principal, { createdBy }))
    refuse(errors.forbidden("only whose the thread is hands it over, or an owner"));
  if (ephemeral) refuse(errors.ephemeralUnsupported("skein/thread/handOver"));
  const find = (id: string) => findMember(services.withTenant, principal.tenantId, id);
  const to = isUuid.test(userId) ? await find(userId) : null;
  if (to === null) return refuse(errors.memberNotFound(userId));
  if (to.role === "viewer") refuse(errors.grantRefused("a viewer cannot have threads"));
  if (createdBy === userId) return {};
  const from = createdBy === null ? null : await find(createdBy);
  const host = await hostOf(services, key, errors.threadNotFound);
  const named = (person: typeof to) => ({ memberId: person.userId, name: person.name });
  const whose = { from: from === null ? null : named(from), to: named(to) };
  await host.append([{ type: "thread.handedOver", ...whose, keep, actor: actorOf(call) }]);
  if (createdBy !== null) services.accessChanged(key, { userId: createdBy, ended: keep === null });
  services.accessChanged(key, { userId, ended: false });
  return {};
}

/** null: it is as it was asked for. */
function refusalOf(outcome: GrantOutcome, { threadId }: ThreadKey, userId: string): ProtocolError | null {
  switch (outcome) {
    case "changed":
    case "same":
      return null;
    case "threadNotFound":
      return errors.threadNotFound(threadId);
    case "memberNotFound":
      return errors.memberNotFound(userId);
    case "isCreator":
      return errors.grantRefused("whose the thread is may do everything with it; nothing is granted to them");
  }
}

function presentGrant({ atMs, ...grant }: ThreadGrant): WireGrant {
  return { ...grant, grantedAt: atMs };
}
