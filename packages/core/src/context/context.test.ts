import { expect, test } from "vitest";
import { FileEnvironment } from "../testing/file-environment.ts";
import { evCompleted, evMessage } from "../testing/response-events.ts";
import { TurnBench } from "../testing/turn-bench.ts";

async function openBench(turns: number, files: Record<string, string> = {}): Promise<TurnBench> {
  const script = Array.from({ length: turns }, (_, index) => [...evMessage(`msg_${index}`, "Yes."), evCompleted()]);
  return await TurnBench.open({ script, environment: new FileEnvironment(files) });
}

/** The role and texts of the items that a request added to the one before. */
function added(bench: TurnBench, index: number): { role: string; texts: string[] }[] {
  const before = index === 0 ? 0 : bench.model.inputOf(index - 1).length;
  const items = bench.model.inputOf(index).slice(before);
  return items
    .map((json) => JSON.parse(json))
    .map(({ role, content }) => ({ role, texts: content.map((part: { text: string }) => part.text) }));
}

test("the first request begins with instructions, permissions, project and environment", async () => {
  const bench = await openBench(1, { "/desk/AGENTS.md": "Use tabs." });
  await bench.run("Hi");
  const [base, permissions, surroundings, user] = added(bench, 0);
  expect(base).toMatchObject({ role: "developer", texts: [expect.stringMatching(/^You are Skein/)] });
  expect(permissions).toMatchObject({ role: "developer", texts: [expect.stringContaining("workspace-write")] });
  expect(surroundings?.role).toBe("user");
  expect(surroundings?.texts[0]).toBe('<project_instructions directory="/desk">\nUse tabs.\n</project_instructions>');
  expect(surroundings?.texts[1]).toBe(
    "<environment_context>\n  <cwd>/desk</cwd>\n  <shell>/bin/bash</shell>\n  <current_date>2030-01-15</current_date>\n  <timezone>UTC</timezone>\n</environment_context>",
  );
  expect(user).toEqual({ role: "user", texts: ["Hi"] });
});

test("instructions of the thread take the place of ours or join them", async () => {
  const bench = await openBench(1);
  await bench.changeSettings({ baseInstructions: "You are Other.", developerInstructions: "Be brief." });
  await bench.run("Hi");
  const [base, developer] = added(bench, 0);
  expect(base?.texts).toEqual(["You are Other."]);
  expect(developer?.texts[0]).toBe("Be brief.");
});

test("nothing is told again while nothing changes", async () => {
  const bench = await openBench(2);
  await bench.run("One");
  await bench.run("Two");
  expect(added(bench, 1).map((item) => item.role)).toEqual(["assistant", "user"]);
});

test.each([
  [{ approvalPolicy: "never" as const }, "developer", "Approvals: never."],
  [{ sandbox: { type: "dangerFullAccess" as const } }, "developer", "Sandbox: full access."],
  [{ developerInstructions: "New rule." }, "developer", "New rule."],
  [{ model: "gpt-6-luna" }, "developer", "gpt-6-luna continues this thread in place of gpt-5.5"],
  [{ cwd: "/desk/sub" }, "user", "<cwd>/desk/sub</cwd>"],
])("a change of %o adds one item and leaves what came before", async (change, role, text) => {
  const bench = await openBench(3);
  await bench.run("One");
  await bench.changeSettings(change);
  await bench.run("Two");
  await bench.run("Three");
  expect(bench.model.inputOf(1).slice(0, bench.model.inputOf(0).length)).toEqual(bench.model.inputOf(0));
  const [answer, news, user, ...rest] = added(bench, 1);
  expect([answer?.role, user?.texts, rest]).toEqual(["assistant", ["Two"], []]);
  expect(news).toMatchObject({ role, texts: [expect.stringContaining(text)] });
  expect(added(bench, 2).map((item) => item.role)).toEqual(["assistant", "user"]);
});

test("a new day is told, and only that", async () => {
  const bench = await openBench(2);
  await bench.run("One");
  bench.clock.advance(24 * 3_600_000);
  await bench.run("Two");
  expect(added(bench, 1)[1]?.texts).toEqual([
    "<environment_context>\n  <current_date>2030-01-16</current_date>\n</environment_context>",
  ]);
});

test("project instructions are read once per directory", async () => {
  const environment = new FileEnvironment({ "/desk/AGENTS.md": "Old." });
  const script = [0, 1, 2].map((index) => [...evMessage(`msg_${index}`, "Yes."), evCompleted()]);
  const bench = await TurnBench.open({ script, environment });
  await bench.run("One");
  environment.files.set("/desk/AGENTS.md", new TextEncoder().encode("New."));
  await bench.run("Two");
  expect(bench.model.inputOf(1).join()).not.toContain("New.");
  await bench.changeSettings({ cwd: "/desk/sub" });
  await bench.run("Three");
  expect(bench.model.inputOf(2).join()).toContain("New.");
});

test("a thread without tools hears nothing of a workspace", async () => {
  const bench = await openBench(1, { "/desk/AGENTS.md": "Use tabs." });
  await bench.changeSettings({ tools: false });
  await bench.run("Hi");
  const said = bench.model.inputOf(0).slice(1).join();
  for (const word of ["tabs", "<permissions>", "<cwd>"]) expect(said).not.toContain(word);
});

test("images come along: from the workspace, as data, or as a note of what is wrong", async () => {
  const environment = new FileEnvironment({ "/desk/note.txt": "no image" });
  environment.files.set("/desk/a.png", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]));
  const bench = await TurnBench.open({ script: [[evCompleted()]], environment });
  const content = [
    { type: "localImage", path: "/desk/a.png" },
    { type: "image", url: "data:image/png;base64,AAAA" },
    { type: "localImage", path: "/desk/missing.png" },
    { type: "localImage", path: "/desk/note.txt" },
    { type: "image", url: "https://example.com/a.png" },
  ] as const;
  await bench.run([{ clientId: null, content }]);
  const parts = JSON.parse(bench.model.inputOf(0).at(-1) as string).content as { image_url?: string; text?: string }[];
  expect(parts.map((part) => part.image_url ?? part.text)).toEqual([
    '<image path="/desk/a.png">',
    "data:image/png;base64,iVBORwECAw==",
    "</image>",
    "data:image/png;base64,AAAA",
    "[The image /desk/missing.png could not be shown: there is no such file.]",
    "[The image /desk/note.txt could not be shown: it is not a PNG, JPEG, GIF or WebP image.]",
    "[An image was attached by address; only images sent along with the message can be shown.]",
  ]);
});
