/**
 * Before a method: whether its caller may. A thread that the caller may not see is looked for in a tenant that has none, so
 * that every method gives the very answer that it gives for an id that nobody has.
 */
import { errors } from "@skein/protocol/errors";
import type { MethodName } from "@skein/protocol/methods";
import type { Right } from "@skein/protocol/right";
import { parseThreadId } from "@skein/protocol/thread-id";
import {
  decideShareRights,
  decideThreadRights,
  mayInTenant,
  ownsEveryThread,
  type TenantAction,
  type ThreadAccess,
} from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { methodNeeds } from "./method-needs.ts";
import { refuse } from "./request-error.ts";

/** What counts of the thread for this person; null: there is no such thread in the tenant. */
export type FindAccess = (thread: ThreadKey, userId: string) => Promise<ThreadAccess | null>;

export interface Admitted {
  /** For whom the method is carried out. */
  readonly principal: Principal;
  /** On the thread that the request names. */
  readonly rights: ReadonlySet<Right>;
}

const nobodysTenant = "00000000-0000-0000-0000-000000000000";
const noRights: ReadonlySet<Right> = new Set();

/** At once, wherever nobody has to be asked whose the thread is. Refuses what the caller may know of but not do. */
export function admit(
  findAccess: FindAccess,
  method: MethodName,
  threadId: string | null,
  principal: Principal,
): Admitted | Promise<Admitted> {
  const need = methodNeeds[method];
  const standing: Admitted = { principal, rights: noRights };
  if (need.type === "nothing") return standing;
  if (need.type === "tenant") return allow(standing, method, need.action);
  if (threadId === null) return need.otherwise === undefined ? standing : allow(standing, method, need.otherwise);
  if (need.also !== undefined) allow(standing, method, need.also);
  const judge = (rights: ReadonlySet<Right>): Admitted => {
    if (!rights.has("read")) return { principal: { ...principal, tenantId: nobodysTenant }, rights };
    if (!rights.has(need.right)) refuse(errors.forbidden(`${method} needs the right to ${need.right}`));
    return { principal, rights };
  };
  const rights = rightsOn(findAccess, principal, threadId);
  return rights instanceof Promise ? rights.then(judge) : judge(rights);
}

/** Empty too for a thread that does not exist. */
export function rightsOn(
  findAccess: FindAccess,
  principal: Principal,
  threadId: string,
): ReadonlySet<Right> | Promise<ReadonlySet<Right>> {
  if (principal.via.type === "shareLink") return decideShareRights(principal, threadId);
  if (ownsEveryThread(principal)) return decideThreadRights(principal, { createdBy: null, granted: [] });
  const parsed = parseThreadId(threadId);
  if (!parsed.ok) return decideThreadRights(principal, { createdBy: principal.userId, granted: [] });
  const key = { tenantId: principal.tenantId, threadId: parsed.threadId };
  return findAccess(key, principal.userId).then((access) =>
    access === null ? noRights : decideThreadRights(principal, access),
  );
}

function allow(standing: Admitted, method: MethodName, action: TenantAction): Admitted {
  if (mayInTenant(standing.principal, action)) return standing;
  return refuse(errors.forbidden(`${method} is not for your role or this token`));
}
