import type { WorkspaceProgress, WorkspaceSource } from "@skein/protocol/methods/workspace";

export type { WorkspaceProgress, WorkspaceSource };

export type WorkspaceState =
  | { readonly type: "ready" }
  | { readonly type: "making"; readonly progress: WorkspaceProgress | null }
  | { readonly type: "failed"; readonly message: string }
  /** Kept for the threads that worked in it. */
  | { readonly type: "deleted" };

export function stateOfRow(row: {
  readonly state: WorkspaceState["type"];
  readonly progress: WorkspaceProgress | null;
  readonly failure: string | null;
}): WorkspaceState {
  switch (row.state) {
    case "making":
      return { type: "making", progress: row.progress };
    case "failed":
      return { type: "failed", message: row.failure ?? "" };
    case "ready":
    case "deleted":
      return { type: row.state };
  }
}

/** Nobody can work in the workspace; the message is for the person who asked. */
export class WorkspaceUnusable extends Error {
  override readonly name = "WorkspaceUnusable";
}

/** Why nothing can be done in a workspace, whatever its runner says; null when something can. */
export function unusableBecause(name: string, state: WorkspaceState): string | null {
  switch (state.type) {
    case "ready":
      return null;
    case "making":
      return `the workspace ${name} is still being made`;
    case "failed":
      return `the workspace ${name} could not be made: ${state.message}`;
    case "deleted":
      return `the workspace ${name} was deleted`;
  }
}
