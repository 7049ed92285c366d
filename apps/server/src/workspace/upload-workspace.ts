/** A workspace of an archive that somebody sends. */
import { RunnerAbsent } from "@skein/executor/host/runner-host";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import type { AuditBy } from "../audit/actor.ts";
import type { Principal } from "../identity/principal.ts";
import type { MakingWorkspaces, Reservation } from "./making-workspaces.ts";
import { type ArchiveBody, receiveArchive, unpackReceived } from "./receive-archive.ts";
import type { WorkspaceRecord } from "./workspace-records.ts";
import type { WorkspaceSource } from "./workspace-state.ts";

export interface WorkspaceWish {
  readonly name: string;
  readonly source: WorkspaceSource;
}

export type UploadOutcome =
  /** It is unpacked from now on, without the sender. */
  | { readonly type: "received"; readonly workspaceId: string }
  | { readonly type: "refused"; readonly because: RefusedBecause; readonly message: string };

export type RefusedBecause = "name" | "exists" | "archive" | "runner" | "room";

export async function uploadWorkspace(
  making: MakingWorkspaces,
  principal: Principal,
  by: AuditBy,
  wish: WorkspaceWish,
  body: ArchiveBody,
): Promise<UploadOutcome> {
  const { name, source } = wish;
  const reservation = await making.reserve(principal, by, name, source).catch(refusalOf);
  if (reservation.type !== "reserved") return refuse(name, reservation);
  const received = Promise.withResolvers<null>();
  const made = making.make(principal.tenantId, reservation, async (filling) => {
    const archive = await receiveArchive(filling, body);
    received.resolve(null);
    return unpackReceived(filling, archive);
  });
  const failed: WorkspaceRecord | null = await Promise.race([received.promise, made]);
  if (failed?.state.type !== "failed") return { type: "received", workspaceId: reservation.record.id };
  return { type: "refused", because: "archive", message: failed.state.message };
}

type Refused =
  | Exclude<Reservation, { type: "reserved" }>
  | { readonly type: "name" | "runner"; readonly message: string };

function refusalOf(error: unknown): Refused {
  if (error instanceof WorkspaceRefused) return { type: "name", message: error.message };
  if (error instanceof RunnerAbsent) return { type: "runner", message: error.message };
  throw error;
}

function refuse(name: string, refused: Refused): UploadOutcome {
  switch (refused.type) {
    case "exists":
      return { type: "refused", because: "exists", message: `a workspace named ${name} exists already` };
    case "noRoom":
      return { type: "refused", because: "room", message: noRoom };
    case "name":
    case "runner":
      return { type: "refused", because: refused.type, message: refused.message };
  }
}

export const noRoom = "your team's workspaces take all the room that there is for them; delete one first";
