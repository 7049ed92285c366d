/** What errands fail with, as clients are told. What lies in no workspace is answered in the words for what is not there. */
import { constants } from "node:os";
import { getSystemErrorMessage } from "node:util";
import { EnvironmentFailure, FileFailure } from "@skein/core/ports";
import { RunnerAbsent } from "@skein/executor/host/runner-host";
import { TreeRefused } from "@skein/executor/tree/ask-tree";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import { errors, type ProtocolError } from "@skein/protocol/errors";
import { TooManyErrands } from "../errand/errand-failure.ts";
import { WorkspaceUnusable } from "../workspace/workspace-state.ts";
import { refuse } from "./request-error.ts";

/** As `work` settles, with its failures in the catalogue's words. */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return refuse(refusal);
  }
}

/** Rejects what is no absolute path before anybody looks for it. */
export function absolute(field: string, path: string): string {
  return path.startsWith("/") ? path : refuse(errors.invalidParams(`${field} is no absolute path`));
}

export function fileFailed(errno: string, words: string | null = null): ProtocolError {
  const number = (constants.errno as Readonly<Record<string, number>>)[errno];
  if (number === undefined) return errors.fileFailed(errno, words ?? errno);
  const meaning = getSystemErrorMessage(-number);
  return errors.fileFailed(errno, `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)} (os error ${number})`);
}

/** null: it is none that a client's request can have. */
function refusalOf(error: unknown): ProtocolError | null {
  if (error instanceof FileFailure) return fileFailed(error.code, error.message);
  if (error instanceof TreeRefused) {
    return error.code === null ? errors.environmentFailed(error.message) : fileFailed(error.code, error.message);
  }
  if (error instanceof EnvironmentFailure) return errors.environmentFailed(error.message);
  if (error instanceof RunnerAbsent) return errors.runnerAbsent(error.message);
  if (error instanceof WorkspaceUnusable) return errors.workspaceUnusable(error.message);
  // The directory itself has gone.
  if (error instanceof WorkspaceRefused) return fileFailed("ENOENT");
  if (error instanceof TooManyErrands) return errors.tooManyErrands(error.message);
  return null;
}
