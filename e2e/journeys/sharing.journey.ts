/** Working together: a thread is shared with somebody on a phone, who approves for both, and is taken back. */

import { promptFor, type Step } from "../scripted-model/script.ts";
import type { ScriptedModel } from "../scripted-model/scripted-model.ts";
import { startScriptedModel } from "../scripted-model/scripted-model.ts";
import { ServerProcess } from "../skein/server-process.ts";
import { type Browser, test as base, expect, type Page } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { Screen } from "./screen.ts";
import { asksToRun, says } from "./steps.ts";

interface Fixtures {
  readonly model: ScriptedModel;
  readonly server: ServerProcess;
  /** A page in a browser of its own. */
  readonly newPage: (width?: number) => Promise<Page>;
}

const password = "correct horse battery";

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  model: async ({}, use) => {
    const model = await startScriptedModel();
    await use(model);
    await model.close();
  },
  server: async ({ model }, use) => {
    const server = await ServerProcess.prepare(() => ({
      ...{ SKEIN_ACCOUNTS: "on", OPENAI_BASE_URL: model.baseUrl, LOG_LEVEL: "silent" },
    }));
    await server.start();
    await use(server);
    await server.dispose();
  },
  newPage: async ({ browser }, use) => {
    const contexts: Awaited<ReturnType<Browser["newContext"]>>[] = [];
    await use(async (width = 1440) => {
      const context = await browser.newContext({ viewport: { width, height: 844 } });
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

async function comeIn(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("E-mail").fill(`${name.toLowerCase()}@example.org`);
  await page.getByLabel("Password").fill(password);
  const team = page.getByLabel("Team");
  if (await team.isVisible()) await team.fill("Ada & Co");
  await page.getByRole("button", { name: /^Create account/ }).click();
  await expect(page.getByRole("heading", { name: /What should we do/ })).toBeVisible();
}

async function invitation(owner: Page): Promise<string> {
  await owner.getByRole("button", { name: "Settings and account" }).click();
  await owner.getByRole("menuitem", { name: "Settings" }).click();
  await owner.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Team" }).click();
  const members = owner.getByRole("region", { name: "Members" });
  await members.getByRole("button", { name: "Create link" }).click();
  const link = (await members.getByRole("status").locator("code").textContent()) ?? "";
  await owner.getByRole("link", { name: /New thread/ }).click();
  return link;
}

const does = (...responses: readonly (readonly Step[])[]) => promptFor({ responses });

test("a member approves on a phone what the owner's thread asks, and loses the thread when it is taken back", async ({
  server,
  newPage,
}) => {
  // Two browsers, each looked at in both appearances and at both widths.
  test.slow();
  const ada = new Screen(await newPage());
  await comeIn(ada.page, server.printedLink, "Ada");
  const link = await invitation(ada.page);
  const bo = new Screen(await newPage(390));
  await comeIn(bo.page, link, "Bo");

  await ada.send(does([asksToRun("echo approved", "May I say so?")], [says("It is done.")]));
  await expect(ada.approval).toBeVisible();
  await ada.page.getByRole("button", { name: "Share", exact: true }).click();
  const sharing = ada.page.getByRole("dialog", { name: "Share thread" });
  await expect(sharing.getByText("Ada (you)")).toBeVisible();
  await sharing.getByRole("button", { name: "Share", exact: true }).click();
  await expect(sharing.getByLabel("What Bo may do")).toHaveValue("read");
  await expectAccessible(ada.page);

  // What may only be read shows what is asked, and no way to answer it.
  await bo.page
    .getByRole("button", { name: /threads/i })
    .first()
    .click();
  await bo.page
    .getByRole("navigation", { name: "Threads" })
    .getByRole("link", { name: /Approve/ })
    .click();
  await expect(bo.approval).toBeVisible();
  await expect(bo.approval).toContainText("but not approve in it");
  await expect(bo.approval.getByRole("button", { name: /Approve once/ })).toHaveCount(0);
  await expect(bo.conversation.getByText("Ada", { exact: true })).toBeVisible();
  await expectAccessible(bo.page);
  await bo.page.setViewportSize({ width: 390, height: 844 });

  await sharing.getByLabel("What Bo may do").selectOption("approve");
  await bo.approve();
  await expect(bo.approval).toHaveCount(0);
  await expect(ada.approval).toHaveCount(0);
  for (const [{ conversation }, words] of [
    [ada, "Approved by Bo"],
    [bo, "Approved by you"],
  ] as const) {
    await expect(conversation.getByText("It is done.", { exact: true })).toBeVisible();
    await conversation.getByRole("button", { name: /Worked/ }).evaluate((fold: HTMLElement) => fold.click());
    await expect(conversation.getByText(words)).toBeVisible();
  }

  await sharing.getByRole("button", { name: "Remove Bo" }).click();
  await expect(bo.page.getByRole("main").getByRole("alert")).toContainText("no longer shared with you");
  await expect(bo.page.getByText("It is done.", { exact: true })).toHaveCount(0);
});
