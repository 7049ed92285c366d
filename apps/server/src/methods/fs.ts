/** Files of workspaces without a thread: all of it is done in the sandbox of the connection's own environment. */
import { FileFailure } from "@skein/core/ports";
import { maxBodyBytes } from "@skein/executor/rpc/frame";
import { askTree } from "@skein/executor/tree/ask-tree";
import { errors } from "@skein/protocol/errors";
import { type ErrandPlace, noSuchFile } from "../errand/connection-errands.ts";
import type { Errands } from "../errand/errands.ts";
import { filePolicy } from "../errand/file-policy.ts";
import { decodeBase64 } from "./base64.ts";
import { absolute, answered, fileFailed } from "./errand-refusal.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { RequestError, refuse } from "./request-error.ts";

type Methods =
  | "fs/readFile"
  | "fs/writeFile"
  | "fs/createDirectory"
  | "fs/getMetadata"
  | "fs/readDirectory"
  | "fs/remove"
  | "fs/copy";

export interface ErrandServices {
  readonly errands: Pick<Errands, "of">;
}

const maxEntries = 50_000;

export function fsHandlers({ errands }: ErrandServices): Handlers<Methods> {
  const at = <T>({ connection }: MethodCall, path: string, work: (place: ErrandPlace) => Promise<T>): Promise<T> =>
    answered(errands.of(connection).useBriefly(absolute("path", path), work));
  return {
    "fs/readFile": ({ path }, call) => at(call, path, (place) => readFile(place, path)),
    "fs/writeFile": ({ path, dataBase64 }, call) => {
      const bytes = decodeBase64(dataBase64);
      if (bytes === null) refuse(errors.invalidParams("dataBase64 is not base64"));
      return at(call, path, async ({ environment, path: inside }) => {
        await environment.writeFile(inside, bytes, filePolicy, false);
        return {};
      });
    },
    "fs/createDirectory": ({ path, recursive }, call) =>
      at(call, path, async ({ environment, path: inside }) => {
        await environment.makeDirectory(inside, filePolicy, recursive ?? true);
        return {};
      }),
    "fs/getMetadata": ({ path }, call) =>
      at(call, path, ({ environment, path: inside }) => environment.metadata(inside)),
    "fs/readDirectory": ({ path }, call) => at(call, path, (place) => readDirectory(place, path)),
    "fs/remove": ({ path, recursive, force }, call) =>
      at(call, path, (place) => remove(place, recursive ?? true)).catch((error: unknown) =>
        (force ?? true) && isMissing(error) ? {} : Promise.reject(error),
      ),
    "fs/copy": ({ sourcePath, destinationPath, recursive }, call) => {
      const [from, to] = [absolute("sourcePath", sourcePath), absolute("destinationPath", destinationPath)];
      return at(call, from, (source) =>
        errands.of(call.connection).use(to, (target) => copy(source, target, recursive ?? false)),
      );
    },
  };
}

async function readFile({ environment, path: inside }: ErrandPlace, path: string) {
  try {
    const bytes = await environment.readFile(inside, maxBodyBytes);
    if (bytes === null) throw noSuchFile(path);
    return { dataBase64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    if (error.code === "EISDIR" || error.code === "EINVAL") refuse(errors.notAFile(path));
    if (error.code === "EFBIG") refuse(errors.tooLarge("the file", maxBodyBytes));
    throw error;
  }
}

async function readDirectory({ environment, path: inside }: ErrandPlace, path: string) {
  const { entries, truncated } = await environment.listDirectory(inside, maxEntries);
  if (truncated) refuse(errors.tooManyEntries(path));
  return {
    entries: entries.map(({ name, kind }) => ({
      fileName: name,
      isDirectory: kind === "directory",
      isFile: kind === "file",
    })),
  };
}

async function remove({ environment, path }: ErrandPlace, recursive: boolean): Promise<Record<string, never>> {
  // It could be emptied and would still be there.
  if (path === environment.info.root) refuse(fileFailed("EBUSY"));
  try {
    await environment.removeFile(path, filePolicy);
  } catch (error) {
    if (!(error instanceof FileFailure) || error.code !== "EISDIR") throw error;
    await askTree(environment, { type: "remove", path, recursive }, { policy: filePolicy });
  }
  return {};
}

async function copy(source: ErrandPlace, target: ErrandPlace, recursive: boolean) {
  const { environment, path: from } = source;
  const { isDirectory, isSymlink } = await environment.metadata(from);
  if (isDirectory && !isSymlink && !recursive) {
    refuse(errors.invalidParams("fs/copy: sourcePath is a directory, which needs recursive: true"));
  }
  if (source.workspaceId !== target.workspaceId) refuse(errors.unsupported("fs/copy from one workspace to another"));
  await askTree(environment, { type: "copy", from, to: target.path }, { policy: filePolicy });
  return {};
}

function isMissing(error: unknown): boolean {
  return error instanceof RequestError && error.protocolError.details?.errno === "ENOENT";
}
