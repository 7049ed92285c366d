/** A workspace of a repository that Git clones in the workspace's own sandbox. */
import { askTree } from "@skein/executor/tree/ask-tree";
import type { DiskUse } from "@skein/executor/tree/disk-use";
import type { AuditBy } from "../audit/actor.ts";
import type { AuditBuffer } from "../audit/audit-buffer.ts";
import { record } from "../audit/record.ts";
import type { StoredSecrets } from "../credential/stored-secrets.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import { readNetworkPolicy } from "../egress/network-policies.ts";
import type { Principal } from "../identity/principal.ts";
import { type CloneAddress, readCloneAddress } from "./clone-address.ts";
import { CloneGate, refusalOfClone } from "./clone-gate.ts";
import { authorizationOf, type CredentialWish, chooseGitCredential } from "./git-credential.ts";
import { type Filling, FillingFailed, type MakingWorkspaces, type Reservation } from "./making-workspaces.ts";

export interface CloningPorts {
  readonly making: MakingWorkspaces;
  readonly secrets: StoredSecrets;
  readonly withTenant: WithTenant;
  readonly audit: Pick<AuditBuffer, "offer">;
}

export interface CloneWish {
  readonly name: string;
  readonly url: string;
  readonly branch: string | null;
  readonly depth: number | null;
  readonly credential: CredentialWish;
}

export type CloneOutcome =
  | Reservation
  /** Before anything was made; the message is for the person who asked. */
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "noCredential"; readonly id: string };

type Address = Extract<CloneAddress, { type: "address" }>;

/** Resolves when it has begun. Rejects as `MakingWorkspaces.reserve` does. */
export async function cloneWorkspace(
  ports: CloningPorts,
  principal: Principal,
  by: AuditBy,
  wish: CloneWish,
): Promise<CloneOutcome> {
  const { making, withTenant, audit } = ports;
  const { tenantId } = principal;
  const address = readCloneAddress(wish.url);
  if (address.type === "refused") return address;
  if (wish.branch !== null && !isBranch(wish.branch))
    return { type: "refused", message: "this is no name of a branch" };
  const { host, port } = address.target;
  const refusal = refusalOfClone(await withTenant(tenantId, readNetworkPolicy), address.target);
  if (refusal !== null) {
    audit.offer(tenantId, by, { action: "egress.refused", subject: host, details: { port, reason: "policy" } });
    return { type: "refused", message: refusal };
  }
  const authorization = await openAuthorization(ports, principal, by, address, wish.credential);
  if (authorization === undefined)
    return { type: "noCredential", id: wish.credential.type === "named" ? wish.credential.id : "" };
  const { url } = address;
  const { name, branch, depth } = wish;
  const reservation = await making.reserve(principal, by, name, { type: "repository", url, branch, depth });
  if (reservation.type !== "reserved") return reservation;
  const gate = new CloneGate({
    ...{ target: address.target, authorization },
    readPolicy: () => withTenant(tenantId, readNetworkPolicy),
    decided: (line) => audit.offer(tenantId, by, line),
  });
  void making.make(tenantId, reservation, (filling) => fill(filling, gate, { url, branch, depth }));
  return reservation;
}

async function fill(
  { environment, room, signal, progress }: Filling,
  network: CloneGate,
  what: Pick<CloneWish, "url" | "branch" | "depth">,
): Promise<DiskUse> {
  const { root, isolation } = environment.info;
  if (isolation === "none") {
    throw new FillingFailed("repositories are cloned in a sandbox, and the machine of this workspace cannot make one");
  }
  return askTree(
    environment,
    { type: "clone", root, ...what, limits: room },
    {
      ...{ signal, network },
      progress: ({ bytes, files, stage }) => {
        if (stage !== undefined) progress({ ...stage, bytes, files, totalBytes: null });
      },
    },
  );
}

/** null: none is needed, or there is none for the host. undefined: there is none by that id, or it is for another host. */
async function openAuthorization(
  { secrets, withTenant }: CloningPorts,
  { tenantId, userId }: Principal,
  by: AuditBy,
  { target }: Address,
  wish: CredentialWish,
): Promise<string | null | undefined> {
  const opened = await secrets.open(tenantId, userId, "git", (stored) => chooseGitCredential(stored, wish, target));
  if (opened === null) return wish.type === "named" ? undefined : null;
  const { id, scope } = opened.stored;
  const details = { purpose: "git", scope: scope.type, turnId: null };
  await withTenant(tenantId, (sql) => record(sql, by, { action: "credential.used", subject: id, details }));
  return authorizationOf(opened.stored, opened.secret);
}

/** What Git's own rules let a branch be called, as far as it matters here: nothing that could be taken for an option or a revision. */
function isBranch(name: string): boolean {
  return /^[^-\s~^:?*[\\\p{Cc}][^\s~^:?*[\\\p{Cc}]*$/u.test(name) && !name.includes("..") && !name.includes("@{");
}
