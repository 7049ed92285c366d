/** Commands and files of one directory of the machine, without any sandbox: for the demo model's own harmless commands. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { PassThrough } from "node:stream";
import type { CommandSpec, Environment, FileKind, RunningProcess } from "@skein/core/ports";

export function directoryEnvironment(root: string): Environment {
  return {
    info: { root, shell: "/bin/bash", isolation: "none" },
    start: async (spec) => startProcess(spec),
    readFile: (path) => orNull(readFile(path)),
    fileKind: async (path) => {
      const stats = await orNull(stat(path));
      if (stats === null) return null;
      return (stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other") satisfies FileKind;
    },
    writeFile: async (path, bytes) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    },
    removeFile: (path) => rm(path),
  };
}

function startProcess(spec: CommandSpec): RunningProcess {
  const [program = "", ...parameters] = spec.argv;
  const child = spawn(program, parameters, {
    cwd: spec.cwd,
    env: { PATH: process.env.PATH, HOME: spec.cwd, ...spec.env },
    stdio: "pipe",
  });
  const output = new PassThrough();
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const exit = once(child, "close").then(([exitCode, signal]) => {
    output.end();
    return { exitCode: exitCode as number | null, signal: signal as string | null };
  });
  return {
    processId: spec.processId,
    output,
    exit,
    write: async (bytes) => void child.stdin.write(bytes),
    interrupt: async () => void child.kill("SIGINT"),
    kill: async () => void child.kill("SIGKILL"),
  };
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
