/** Workspaces of repositories: from a real server of Git, by HTTPS, with a token that is kept for it. */
import { existsSync } from "node:fs";
import { type GitServer, gitToken, gitUsername, startGitServer } from "../../apps/server/src/testing/git-server.ts";
import { type ScriptedModel, startScriptedModel } from "../scripted-model/scripted-model.ts";
import { ServerProcess } from "../skein/server-process.ts";
import { expect, type Page } from "../tools/playwright.ts";
import { test as base } from "./pages.ts";
import { Screen } from "./screen.ts";
import { runs, says } from "./steps.ts";

interface House {
  readonly server: ServerProcess;
  readonly model: ScriptedModel;
  readonly git: GitServer;
}

const test = base.extend<{ readonly first: Screen }, { readonly house: House }>({
  house: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
    async ({}, use) => {
      const model = await startScriptedModel();
      const git = await startGitServer();
      await git.add("private/tides.git", { "readme.md": "# Tides\n" });
      await git.git("private/tides.git", ["branch", "spring", "main"]);
      await git.add("open/slow.git", { "readme.md": "slow\n" });
      const server = await ServerProcess.prepare(() => ({
        ...{ OPENAI_BASE_URL: model.baseUrl, LOG_LEVEL: "silent" },
        ...{ SKEIN_INTERNAL_HOSTS: `localhost:${git.port}`, NODE_EXTRA_CA_CERTS: git.certificateFile },
      }));
      await server.start();
      await use({ server, model, git });
      await server.dispose();
      await git.stop();
      await model.close();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  /** Of a browser that has signed in, at the first screen. */
  first: async ({ house, newPage }, use) => {
    house.model.clear();
    const page = await newPage();
    await page.goto(await house.server.newLink());
    const screen = new Screen(page);
    await screen.message.waitFor();
    await use(screen);
  },
});

const menu = async (page: Page, item: string) => {
  await page.getByRole("button", { name: "Settings and account" }).click();
  await page.getByRole("menuitem", { name: item }).click();
};
const rowOf = (page: Page, name: string) =>
  page
    .getByRole("main")
    .getByRole("listitem")
    .filter({ hasText: `/workspaces/${name}` });
const newClone = async (page: Page) => {
  await page.getByRole("button", { name: "New workspace" }).click();
  await page.getByRole("tab", { name: "Clone" }).click();
  return page.getByRole("dialog");
};

test("a private repository is cloned with a stored token, and a thread works on a branch of its own", async ({
  house: { model, git },
  first: screen,
}) => {
  test.slow();
  const { page } = screen;
  await menu(page, "Settings");
  const credentials = page.getByRole("region", { name: "Your credentials for Git" });
  await credentials.getByRole("button", { name: "Add a credential" }).click();
  await credentials.getByLabel("Host").fill(`localhost:${git.port}`);
  await credentials.getByLabel("User name").fill(gitUsername);
  await credentials.getByLabel("Token").fill(gitToken);
  await credentials.getByLabel("Name", { exact: true }).fill("reading tides");
  await credentials.getByRole("button", { name: "Save credential" }).click();
  await expect(credentials.getByRole("listitem")).toContainText(`as ${gitUsername}, ends in ${gitToken.slice(-4)}`);

  await menu(page, "Workspaces");
  const dialog = await newClone(page);
  await dialog.getByLabel("Address").fill(git.address("private/tides.git"));
  await expect(dialog.getByLabel("Name")).toHaveValue("tides");
  await dialog.getByLabel("Branch").fill("spring");
  await dialog.getByLabel("Credential").selectOption({ label: "reading tides (yours)" });
  const held = git.hold();
  await dialog.getByRole("button", { name: "Clone" }).click();
  await held.asked;
  const row = rowOf(page, "tides");
  await expect(row.getByRole("progressbar", { name: "Progress of tides" })).toBeVisible();
  held.release();
  await expect(row).toContainText(`cloned from localhost:${git.port}/private/tides.git (spring)`);

  await row.getByRole("button", { name: "Rename tides" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Tide tables");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await row.getByRole("button", { name: "New thread in Tide tables" }).click();
  await page.getByRole("checkbox", { name: /^In a worktree of its own/ }).check();
  model.push([runs("git branch --show-current; git log --oneline | wc -l; cat readme.md")], [says("On its own.")]);
  await screen.startThread("Where are you?");
  await expect(screen.row("On its own.")).toBeVisible();
  await screen.settled();
  await expect(page.getByRole("main").locator("header")).toContainText("Tide tables");
  const branch = page.getByTitle(/the branch of its own worktree$/);
  await expect(branch).toContainText("skein/");
  await screen.unfoldLast();
  const command = screen.command("git branch --show-current");
  await expect(command).toContainText("# Tides");
  await expect(command).toContainText(((await branch.textContent()) ?? "").trim());
  const thread = page.url();

  await menu(page, "Workspaces");
  await row.getByRole("button", { name: "Delete Tide tables" }).click();
  await row.getByRole("button", { name: "Delete its files now" }).click();
  await expect(row).toHaveCount(0);
  // Another of that name is not what the thread has worked in.
  await page.getByRole("button", { name: "New workspace" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("tides");
  await page.getByRole("dialog").getByRole("button", { name: "Create workspace" }).click();
  await expect(row).toHaveCount(1);
  await page.goto(thread);
  await expect(screen.row("On its own.")).toBeVisible();
  await expect(page.getByText("The workspace of this thread was deleted")).toHaveCount(1);
  await page.getByRole("textbox", { name: "Message" }).fill("And now?");
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
  await expect(page.getByText("The workspace of this thread was deleted")).toHaveCount(1);
});

test("a clone that is cancelled leaves nothing", async ({ house: { server, git }, first: { page } }) => {
  await menu(page, "Workspaces");
  const dialog = await newClone(page);
  await dialog.getByLabel("Address").fill(git.address("open/slow.git"));
  const held = git.hold();
  await dialog.getByRole("button", { name: "Clone" }).click();
  await held.asked;
  const path = await server.workspacePath("slow");
  expect(existsSync(path)).toBe(true);
  const row = rowOf(page, "slow");
  await row.getByRole("button", { name: "Cancel slow" }).click();
  await row.getByRole("button", { name: "Cancel now" }).click();
  await expect(row).toHaveCount(0);
  await expect.poll(() => existsSync(path)).toBe(false);
  held.release();
});

test("a clone that is refused says why", async ({ house: { git }, first: { page } }) => {
  await menu(page, "Workspaces");
  const dialog = await newClone(page);
  const address = dialog.getByLabel("Address");
  await address.fill(`http://localhost:${git.port}/open/slow.git`);
  await dialog.getByRole("button", { name: "Clone" }).click();
  await expect(address).toHaveAccessibleDescription(/https/);
  await address.fill(git.address("open/slow.git"));
  await dialog.getByLabel("Branch").fill("nowhere");
  await dialog.getByRole("button", { name: "Clone" }).click();
  const row = rowOf(page, "slow");
  await expect(row).toContainText("The repository has no such branch.");
  await row.getByRole("button", { name: "Remove slow" }).click();
  await row.getByRole("button", { name: "Remove now" }).click();
  await expect(row).toHaveCount(0);
});
