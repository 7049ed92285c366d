/** The project that the picture's agent works on: small, and with a mistake in it that a reader can see. */
import { chown, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const files: Readonly<Record<string, string>> = {
  "src/month.ts": `/** The days of a month, as the table lists them. */
export function daysOf(year: number, month: number): Date[] {
  const days: Date[] = [];
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  for (let day = 1; day < last; day++) {
    days.push(new Date(Date.UTC(year, month - 1, day)));
  }
  return days;
}
`,
  "src/table.ts": `import { daysOf } from "./month.ts";

export const rows = (year: number, month: number) =>
  daysOf(year, month).map((day) => day.toISOString().slice(0, 10));
`,
  "test.sh": `printf 'January has 31 rows … '
grep -q 'day <= last' src/month.ts && echo ok || { echo 'FAILED: got 30'; exit 1; }
`,
};

/** Writes it into an existing workspace, for the user to whom the workspace belongs. */
export async function writeTideProject(workspace: string): Promise<void> {
  const { uid, gid } = await stat(workspace);
  for (const [name, text] of Object.entries(files)) {
    const path = join(workspace, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    if (process.getuid?.() === 0) for (const made of [dirname(path), path]) await chown(made, uid, gid);
  }
}
