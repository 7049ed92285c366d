/** Patches in the form that the apply_patch tool takes, made to fit a file's actual lines. */

export function addFile(path: string, content: string): string {
  return patch([`*** Add File: ${path}`, ...lines(content).map((line) => `+${line}`)]);
}

/** Every line of the old content goes, every line of the new one comes. */
export function rewriteFile(path: string, before: string, after: string): string {
  const removed = lines(before).map((line) => `-${line}`);
  const added = lines(after).map((line) => `+${line}`);
  return patch([`*** Update File: ${path}`, "@@", ...removed, ...added]);
}

/** The last lines are the context that places the new one; `content` ends where the file ends. */
export function appendLine(path: string, content: string, line: string): string {
  const context = lines(content).slice(-3);
  return patch([`*** Update File: ${path}`, "@@", ...context.map((one) => ` ${one}`), `+${line}`, "*** End of File"]);
}

/** Replaces within the first line that holds `before`; null when none does. */
export function replaceInFile(path: string, content: string, before: string, after: string): string | null {
  const all = lines(content);
  const index = all.findIndex((line) => line.includes(before));
  const found = all[index];
  if (found === undefined) return null;
  const preceding = all.slice(Math.max(0, index - 3), index).map((line) => ` ${line}`);
  const following = all.slice(index + 1, index + 4).map((line) => ` ${line}`);
  const change = [`-${found}`, `+${found.replace(before, () => after)}`];
  return patch([`*** Update File: ${path}`, "@@", ...preceding, ...change, ...following]);
}

function patch(body: readonly string[]): string {
  return ["*** Begin Patch", ...body, "*** End Patch"].join("\n");
}

function lines(content: string): readonly string[] {
  return content.replace(/\n$/, "").split("\n");
}
