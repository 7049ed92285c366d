/** What can be found below a directory: files that git does not ignore, hidden ones too but not git's own, and the directories that they are in. Links are not followed. */
import { spawn } from "node:child_process";
import type { KnownPath } from "./rank-paths.ts";

/** Beyond them nothing is found; `rg` tells them as it comes upon them. */
const maxFiles = 500_000;

/** Empty where there is no such directory. Rejects when `rg` cannot be started. */
export async function listPaths(root: string): Promise<readonly KnownPath[]> {
  const child = spawn(
    "rg",
    ["--files", "--hidden", "--null", "--no-messages", "--no-config", "--glob", "!.git", "--", "."],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  failed.catch(() => {});
  const files: string[] = [];
  const read = async () => {
    let rest = "";
    child.stdout.setEncoding("utf8");
    for await (const chunk of child.stdout) {
      const names = (rest + chunk).split("\0");
      rest = names.pop() ?? "";
      for (const name of names) files.push(name.startsWith("./") ? name.slice(2) : name);
      if (files.length >= maxFiles) child.kill();
    }
  };
  await Promise.race([read(), failed]);
  return withDirectories(files);
}

function withDirectories(files: readonly string[]): KnownPath[] {
  const directories = new Set<string>();
  for (const file of files) {
    for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) {
      const directory = file.slice(0, end);
      if (directories.has(directory)) break;
      directories.add(directory);
    }
  }
  return [
    ...files.map((path) => ({ path, kind: "file" as const })),
    ...[...directories].map((path) => ({ path, kind: "directory" as const })),
  ];
}
