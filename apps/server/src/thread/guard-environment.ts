/** An environment in which nothing is started or changed by a node that cannot prove that it owns the thread. */
import { type Environment, OwnershipLost, type RunningProcess } from "@skein/core/ports";

export function guardEnvironment(environment: Environment, isOwner: () => boolean): Environment {
  const asOwner = async <T>(act: () => Promise<T>): Promise<T> => {
    if (!isOwner()) throw new OwnershipLost("the lease of the thread was not renewed in time");
    return act();
  };
  return {
    info: environment.info,
    start: async (spec) => guardProcess(await asOwner(() => environment.start(spec)), asOwner),
    readFile: (path, maxBytes) => environment.readFile(path, maxBytes),
    fileKind: (path) => environment.fileKind(path),
    writeFile: (path, bytes, policy) => asOwner(() => environment.writeFile(path, bytes, policy)),
    removeFile: (path, policy) => asOwner(() => environment.removeFile(path, policy)),
  };
}

/** What ends a process is always allowed. */
function guardProcess(process: RunningProcess, asOwner: (act: () => Promise<void>) => Promise<void>): RunningProcess {
  const { processId, output, exit } = process;
  return {
    ...{ processId, output, exit },
    write: (bytes) => asOwner(() => process.write(bytes)),
    interrupt: () => process.interrupt(),
    kill: () => process.kill(),
  };
}
