/** Where things are, for the scripts: they work from any current directory. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** Ignored by git; deleting it costs a rebuild and a slower start, nothing else. */
export const cacheDirectory = join(repositoryRoot, ".cache");

/** Where Node keeps compiled code, types already stripped, between starts: a server then starts for half the CPU time. */
export const compileCache = { NODE_COMPILE_CACHE: join(cacheDirectory, "compile") };
