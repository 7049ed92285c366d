import { chown, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import { patches, says } from "./steps.ts";

const asRoot = process.getuid?.() === 0;
/** An ordinary user's, where the journeys run as root. */
const ordinaryUid = 1000;

async function makeProject(root: string, name: string): Promise<string> {
  const directory = join(root, name);
  await mkdir(directory);
  await writeFile(join(directory, "greeting.txt"), "good morning\n");
  if (asRoot)
    for (const path of [directory, join(directory, "greeting.txt")]) await chown(path, ordinaryUid, ordinaryUid);
  return directory;
}

test("a thread in a directory that exists changes the files of its owner", async ({ skein, signIn }) => {
  const directory = await makeProject(skein.root, "project");
  const screen = await signIn();
  await screen.openDirectory(directory);
  skein.model.push(
    [
      patches(
        "*** Update File: greeting.txt",
        "@@",
        "-good morning",
        "+good evening",
        "*** Add File: more.txt",
        "+more",
      ),
    ],
    [says("Changed the greeting.")],
  );
  await screen.startThread("Change the greeting");
  await expect(screen.row("Changed the greeting.")).toBeVisible();
  await screen.settled();
  expect(await readFile(join(directory, "greeting.txt"), "utf8")).toBe("good evening\n");
  const owner = (await stat(directory)).uid;
  expect((await stat(join(directory, "more.txt"))).uid).toBe(owner);
  await screen.page.getByRole("button", { name: /^2 files changed/ }).click();
  await expect(screen.details.getByRole("region", { name: "greeting.txt" })).toContainText("good evening");
  await expect(screen.details.getByRole("region", { name: "more.txt" })).toContainText("more");
});

test("a directory that may not be opened is refused with the reason, and the message is kept", async ({
  skein,
  signIn,
}) => {
  const screen = await signIn();
  const ofRoot = join(skein.root, "of-root");
  await mkdir(ofRoot);
  const refused = [
    ["/usr/share", /is not in a directory in which workspaces may be opened .*SKEIN_WORKSPACE_ROOTS/],
    [join(skein.root, "missing"), /does not exist/],
    [skein.server.dataDirectory, /Skein's data directory/],
    ...(asRoot ? [[ofRoot, /belongs to root.*Copy it into a workspace/] as const] : []),
  ] as const;
  for (const [path, reason] of refused) {
    await screen.openDirectory(path);
    await screen.send("Work there");
    await expect(screen.page.getByRole("main").getByRole("alert")).toHaveText(reason);
    await expect(screen.message).toHaveValue("Work there");
  }
  await screen.makeWorkspace("instead");
  skein.model.push([says("Here I can work.")]);
  await screen.startThread("Work here");
  await expect(screen.row("Here I can work.")).toBeVisible();
});

test("a workspace needs a name that every machine can bear", async ({ signIn }) => {
  const screen = await signIn();
  const dialog = await screen.askForPlace("New workspace…");
  await dialog.getByLabel("Name").fill("no/slash");
  await dialog.getByRole("button", { name: "Create workspace" }).click();
  await expect(dialog).toContainText("is no name for a workspace");
  await dialog.getByLabel("Name").fill("no-slash");
  await dialog.getByRole("button", { name: "Create workspace" }).click();
  await expect(dialog).toBeHidden();
});
