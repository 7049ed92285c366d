import type { Workspace as WireWorkspace } from "@skein/protocol/methods/workspace";
import type { WorkspaceRecord } from "../workspace/workspace-records.ts";
import { type Workspace, workspaceOf } from "../workspace/workspaces.ts";

/** As everybody in the tenant may know it. */
export function presentWorkspace({ record, root }: Workspace, absence: string | null): WireWorkspace {
  const { id, name, title, kind, createdAtMs, runner, source, state, disk, createdBy } = record;
  return {
    ...{
      id,
      name,
      title,
      root,
      origin: kind,
      createdAt: createdAtMs,
      runner: { name: runner, absence },
      source,
      createdBy,
    },
    // A deleted one is presented to nobody.
    state: state.type === "deleted" ? { type: "failed", message: "it was deleted" } : state,
    disk: disk === null ? null : { bytes: disk.bytes, files: disk.files, measuredAt: disk.measuredAtMs },
  };
}

export function presentRecord(record: WorkspaceRecord, absence: string | null): WireWorkspace {
  return presentWorkspace(workspaceOf(record), absence);
}
