import { RunnerRefusal } from "../rpc/methods.ts";

const meanings: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is protected",
  EEXIST: "there is something of that name already",
  EISDIR: "it is a directory",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left",
  ENOTDIR: "a part of the path is no directory",
  ENOTEMPTY: "it is not empty",
  EPERM: "not permitted",
  EROFS: "it is read-only here",
};

/** `verb` as in "read". */
export function fileRefusal(verb: string, path: string, error: unknown): RunnerRefusal {
  if (error instanceof RunnerRefusal) return error;
  const { code = "EIO", message } = error as NodeJS.ErrnoException;
  return new RunnerRefusal(code, `cannot ${verb} ${path}: ${meanings[code] ?? message}`);
}

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
