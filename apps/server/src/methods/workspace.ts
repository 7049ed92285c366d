/** The directory trees in which threads work. */
import { RunnerAbsent } from "@skein/executor/host/runner-host";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import { errors } from "@skein/protocol/errors";
import type { ParamsOf } from "@skein/protocol/methods";
import type { Workspace as WireWorkspace, WorkspaceQuota } from "@skein/protocol/methods/workspace";
import type { WorkspaceQuota as QuotaSettings } from "../config-workspaces.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import { mayManageWorkspace, ownsEveryThread } from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import { markDeleted } from "../workspace/making-records.ts";
import type { Measurements } from "../workspace/measurements.ts";
import type { Removals } from "../workspace/removals.ts";
import { readUsedBytes } from "../workspace/workspace-records.ts";
import { WorkspaceUnusable } from "../workspace/workspace-state.ts";
import { countThreads, readThreadsThere } from "../workspace/workspace-threads.ts";
import { decideTitle, keepTitle } from "../workspace/workspace-title.ts";
import { type Workspace, type Workspaces, workspaceOf } from "../workspace/workspaces.ts";
import { actingBy } from "./acting.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { presentWorkspace } from "./present-workspace.ts";
import { refuse } from "./request-error.ts";

type Methods =
  | "skein/workspace/list"
  | "skein/workspace/create"
  | "skein/workspace/read"
  | "skein/workspace/rename"
  | "skein/workspace/delete";

export interface WorkspaceServices {
  readonly workspaces: Workspaces;
  readonly withTenant: WithTenant;
  readonly quota: QuotaSettings;
  readonly measurements: Pick<Measurements, "measure">;
  readonly removals: Pick<Removals, "remove">;
  /** Told to everybody in the tenant, on every node. */
  workspaceChanged(tenantId: string, workspace: WireWorkspace): void;
  workspaceDeleted(tenantId: string, workspaceId: string): void;
}

const threadsShown = 50;
const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function workspaceHandlers(services: WorkspaceServices): Handlers<Methods> {
  const { workspaces, withTenant } = services;
  return {
    "skein/workspace/list": async (_params, { principal }) => {
      const { tenantId } = principal;
      const known = await workspaces.offer(tenantId);
      const threads = await withTenant(tenantId, countThreads);
      const data = known.map((workspace) => ({
        ...presentFor(services, principal, workspace),
        threads: threads.get(workspace.record.id) ?? 0,
      }));
      return { data, quota: await readQuota(services, tenantId) };
    },
    "skein/workspace/create": ({ name }, call) => create(services, name, call),
    "skein/workspace/read": ({ workspaceId }, { principal }) => read(services, workspaceId, principal),
    "skein/workspace/rename": (params, call) => rename(services, params, call),
    "skein/workspace/delete": ({ workspaceId }, call) => remove(services, workspaceId, call),
  };
}

async function create(services: WorkspaceServices, name: string, call: MethodCall) {
  const { principal, afterwards } = call;
  const { workspaces, workspaceChanged } = services;
  const { tenantId, userId } = principal;
  const known = await workspaces.list(tenantId);
  const isTaken = ({ record }: Workspace) =>
    record.kind === "created" && record.name === name && record.state.type !== "failed";
  if (known.some(isTaken)) refuse(errors.workspaceExists(name));
  try {
    const made = await workspaces.create(tenantId, name, { userId, by: actingBy(call) });
    afterwards(() => workspaceChanged(tenantId, presentWorkspace(made, workspaces.absenceOf(made))));
    return { workspace: { ...presentFor(services, principal, made), threads: 0 } };
  } catch (error) {
    if (error instanceof WorkspaceRefused) refuse(errors.workspaceNameInvalid(name, `is refused: ${error.message}`));
    if (error instanceof RunnerAbsent) refuse(errors.runnerAbsent(error.message));
    if (error instanceof WorkspaceUnusable) refuse(errors.workspaceUnusable(error.message));
    throw error;
  }
}

async function read(services: WorkspaceServices, workspaceId: string, principal: Principal) {
  const { workspaces, withTenant, measurements } = services;
  const { tenantId, userId } = principal;
  const before = await findWorkspace(services, workspaceId, tenantId);
  const isHere = before.record.state.type === "ready" && workspaces.absenceOf(before) === null;
  // What was known before is told where it cannot be measured now.
  if (isHere) await measurements.measure(tenantId, workspaceId).catch(() => {});
  const workspace = await findWorkspace(services, workspaceId, tenantId);
  const madeBy = ownsEveryThread(principal) ? null : userId;
  const [threads, counts] = await withTenant(tenantId, (sql) =>
    Promise.all([readThreadsThere(sql, workspaceId, madeBy, threadsShown), countThreads(sql)]),
  );
  return {
    workspace: { ...presentFor(services, principal, workspace), threads: counts.get(workspaceId) ?? 0 },
    threads: [...threads],
    quota: await readQuota(services, tenantId),
  };
}

async function rename(
  services: WorkspaceServices,
  { workspaceId, title: asked }: ParamsOf<"skein/workspace/rename">,
  call: MethodCall,
) {
  const { principal, afterwards } = call;
  const { workspaces, withTenant, workspaceChanged } = services;
  const { tenantId } = principal;
  const { record } = await findWorkspace(services, workspaceId, tenantId);
  if (!mayManageWorkspace(principal, record)) {
    refuse(errors.forbidden("only an owner, or the member who made it, may rename a workspace"));
  }
  const decided = decideTitle(record.name, asked);
  if (decided.type === "refused") refuse(errors.workspaceNameInvalid(asked ?? "", decided.why));
  const kept = await withTenant(tenantId, (sql) => keepTitle(sql, workspaceId, decided.title, actingBy(call)));
  if (kept === null) refuse(errors.workspaceNotFound(workspaceId));
  const renamed = workspaceOf(kept);
  afterwards(() => workspaceChanged(tenantId, presentWorkspace(renamed, workspaces.absenceOf(renamed))));
  return { workspace: presentFor(services, principal, renamed) };
}

async function remove(services: WorkspaceServices, workspaceId: string, call: MethodCall) {
  const { principal, afterwards } = call;
  const { withTenant, removals, workspaceDeleted } = services;
  const { tenantId } = principal;
  const { record } = await findWorkspace(services, workspaceId, tenantId);
  if (!mayManageWorkspace(principal, record)) {
    refuse(errors.forbidden("only an owner, or the member who made it, may delete a workspace"));
  }
  const deletion = await withTenant(tenantId, (sql) => markDeleted(sql, workspaceId, actingBy(call)));
  if (deletion.type === "notFound") refuse(errors.workspaceNotFound(workspaceId));
  if (deletion.type === "busy") refuse(errors.workspaceBusy(deletion.threads));
  await removals.remove(tenantId, workspaceId);
  afterwards(() => workspaceDeleted(tenantId, workspaceId));
  return {};
}

async function findWorkspace({ workspaces }: WorkspaceServices, id: string, tenantId: string): Promise<Workspace> {
  const found = isUuid.test(id) ? await workspaces.find(tenantId, id) : null;
  return found ?? refuse(errors.workspaceNotFound(id));
}

function presentFor({ workspaces }: WorkspaceServices, principal: Principal, workspace: Workspace): WireWorkspace {
  const mayDelete = mayManageWorkspace(principal, workspace.record);
  return { ...presentWorkspace(workspace, workspaces.absenceOf(workspace)), mayDelete };
}

async function readQuota({ withTenant, quota }: WorkspaceServices, tenantId: string): Promise<WorkspaceQuota> {
  const { tenantMaxBytes: maxBytes, ...rest } = quota;
  return { usedBytes: await withTenant(tenantId, (sql) => readUsedBytes(sql)), maxBytes, ...rest };
}
