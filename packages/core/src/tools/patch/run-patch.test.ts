import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MemoryFiles } from "../testing/memory-files.ts";
import type { PatchFiles } from "./apply-plan.ts";
import { viewEnvironment } from "./file-state.ts";
import { parsePatch } from "./parse-patch.ts";
import { runPatch } from "./run-patch.ts";
import { verifyPatch } from "./verify-patch.ts";

type GivenFile = string | { readonly b64: string } | { readonly link: string };

/** Recorded from the reference tool; `$CWD` stands for the directory it ran in, `-> x` for a link. */
interface PatchCase {
  readonly name: string;
  readonly patch: string;
  readonly files: Readonly<Record<string, GivenFile>>;
  readonly expect: {
    readonly rc: number;
    readonly stdout: string;
    readonly stderr: string;
    readonly files: Readonly<Record<string, string>>;
  };
}

const CWD = "/desk/here";
const cases: readonly PatchCase[] = JSON.parse(
  readFileSync(new URL("./apply-patch-cases.json", import.meta.url), "utf8"),
);

function load(files: PatchCase["files"]): MemoryFiles {
  const memory = new MemoryFiles();
  for (const [name, given] of Object.entries(files)) {
    const path = `${CWD}/${name}`;
    if (typeof given === "string") memory.addFile(path, given);
    else if ("b64" in given) memory.addFile(path, Buffer.from(given.b64, "base64"));
    else memory.addLink(path, given.link);
  }
  return memory;
}

function snapshot(memory: MemoryFiles): Record<string, string> {
  const inside = [...memory.nodes].filter(([path]) => path.startsWith(`${CWD}/`));
  return Object.fromEntries(
    inside.map(([path, node]) => [
      path.slice(CWD.length + 1),
      node.type === "link" ? `-> ${node.target}` : Buffer.from(node.bytes).toString(),
    ]),
  );
}

function patchFiles(memory: MemoryFiles): PatchFiles {
  return {
    ...viewEnvironment({ readFile: async (path, maxBytes) => memory.read(path, maxBytes) }),
    writeFile: async (path, bytes) => memory.write(path, bytes),
    removeFile: async (path) => memory.remove(path),
  };
}

/** The one place where Skein differs: a file moved onto itself is kept. */
function expected(recorded: PatchCase): PatchCase["expect"] {
  return recorded.name === "move to same path"
    ? { ...recorded.expect, files: { "f.txt": "A\nb\nc\n" } }
    : recorded.expect;
}

describe("a patch as a command gives what the reference tool gives", () => {
  test("all recorded cases are here", () => expect(cases).toHaveLength(79));

  test.each(cases.map((recorded) => [recorded.name, recorded] as const))("%s", async (_name, recorded) => {
    const memory = load(recorded.files);
    const run = await runPatch(recorded.patch, CWD, patchFiles(memory));
    const want = expected(recorded);
    expect({
      rc: run.exitCode,
      stdout: run.stdout,
      stderr: run.stderr.replaceAll(CWD, "$CWD"),
      files: snapshot(memory),
    }).toEqual(want);
  });
});

describe("verification agrees with the command and writes nothing", () => {
  test.each(cases.map((recorded) => [recorded.name, recorded] as const))("%s", async (_name, recorded) => {
    const memory = load(recorded.files);
    const before = snapshot(memory);
    const parsed = parsePatch(recorded.patch);
    const verified = parsed.ok ? await verifyPatch(parsed.hunks, CWD, patchFiles(memory)) : parsed;
    expect(snapshot(memory)).toEqual(before);
    const error = verified.ok ? "" : `${verified.error.replaceAll(CWD, "$CWD")}\n`;
    expect(error).toBe(recorded.expect.stderr);
  });
});
