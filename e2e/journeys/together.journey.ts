/** Two people in one thread: who is here and writes something, and what a stranger with a link has to say about it. */
import { readFile } from "node:fs/promises";
import { promptFor } from "../scripted-model/script.ts";
import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { signIn } from "./people.ts";
import { says } from "./steps.ts";
import { test } from "./team.ts";

const does = (answer: string) => promptFor({ responses: [[says(answer)]] });

test("two members see each other write, and what the other has not sent yet is seen by nobody", async ({
  team: { owner: ada, join },
}) => {
  const { screen: bo } = await join("Bo", "Member", 390);
  await ada.page.getByRole("link", { name: /New thread/ }).click();
  await ada.startThread(does("Round the lake."));
  await expect(ada.row("Round the lake.")).toBeVisible();
  await ada.page.getByRole("button", { name: "Share", exact: true }).click();
  const sharing = ada.page.getByRole("dialog", { name: "Share thread" });
  await sharing.getByLabel("What they may do").selectOption("prompt");
  await sharing.getByRole("button", { name: "Share", exact: true }).click();
  await expect(sharing.getByLabel("What Bo may do")).toHaveValue("prompt");
  await ada.page.keyboard.press("Escape");

  await bo.page.goto(ada.page.url());
  await expect(bo.row("Round the lake.")).toBeVisible();
  await expect(ada.page.getByRole("button", { name: "Also here: Bo" })).toBeVisible();
  await expect(bo.page.getByRole("button", { name: "Also here: Ada" })).toBeVisible();

  await bo.message.fill("Through the wood?");
  await expect(ada.page.getByText("Bo is typing…")).toBeVisible();
  await ada.message.fill("Over the hill?");
  await expect(bo.page.getByText("Ada is typing…")).toBeVisible();
  await expect(ada.page.getByText("Through the wood?")).toHaveCount(0);
  await expect(bo.page.getByText("Over the hill?")).toHaveCount(0);
  await ada.message.fill("");
  await expect(bo.page.getByText("Ada is typing…")).toHaveCount(0);

  await bo.page.close();
  await expect(ada.page.getByRole("button", { name: /Also here/ })).toHaveCount(0);
});

test("a comment by a link, from a phone, appears at the owner's as it is said; the phone takes the thread along as a file", async ({
  team: { owner: ada, join },
}) => {
  // Two browsers, one of them looked at in both appearances and at both widths.
  test.slow();
  // Of the team, where nothing is shared with her: what she sees comes of the link.
  const { screen: grace } = await join("Grace", "Viewer", 390);
  await ada.page.getByRole("link", { name: /New thread/ }).click();
  await ada.startThread(does("Round the lake."));
  await expect(ada.row("Round the lake.")).toBeVisible();
  await ada.page.getByRole("button", { name: "Share", exact: true }).click();
  const sharing = ada.page.getByRole("dialog", { name: "Share thread" });
  await sharing.getByRole("tab", { name: "Links" }).click();
  await sharing.getByLabel("Title").fill("A walk");
  await sharing.getByLabel("Lets people").selectOption("comment");
  await expectAccessible(ada.page);
  await sharing.getByRole("button", { name: "Create link" }).click();
  const link = (await sharing.locator("code", { hasText: "/shared#" }).textContent()) ?? "";
  // It is shown once, and not lost by a look at the people.
  await sharing.getByRole("tab", { name: "People" }).click();
  await sharing.getByRole("tab", { name: "Links" }).click();
  await expect(sharing.locator("code", { hasText: "/shared#" })).toHaveText(link);
  await ada.page.keyboard.press("Escape");

  await grace.page.goto(link);
  await expect(grace.page.getByText("you may comment")).toBeVisible();
  await grace.page.getByRole("textbox", { name: "Comment" }).fill("Is the wood open?");
  await grace.page.keyboard.press("Enter");
  await expect(grace.row("Is the wood open?")).toBeVisible();
  await expect(ada.row("Is the wood open?")).toContainText("Grace");

  await ada.page.getByRole("button", { name: "Comment", exact: true }).click();
  await ada.page.getByRole("textbox", { name: "Comment" }).fill("It is.");
  await ada.page.keyboard.press("Enter");
  await expect(grace.row("It is.")).toContainText("Ada");
  await expectAccessible(grace.page);

  await grace.page.getByRole("button", { name: "More" }).click();
  const [file] = await Promise.all([
    grace.page.waitForEvent("download"),
    grace.page.getByRole("menuitem", { name: "Export as Markdown" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("A-walk.md");
  const text = await readFile(await file.path(), "utf8");
  for (const said of ["Round the lake.", "Is the wood open?", "It is."]) expect(text).toContain(said);
});

test("whom a link lets comment with an account signs in beside its page and goes on there", async ({
  team: { owner: ada, join },
  newPage,
}) => {
  const { email } = await join("Grace", "Viewer");
  await ada.page.getByRole("link", { name: /New thread/ }).click();
  await ada.startThread(does("Round the lake."));
  await expect(ada.row("Round the lake.")).toBeVisible();
  await ada.page.getByRole("button", { name: "Share", exact: true }).click();
  const sharing = ada.page.getByRole("dialog", { name: "Share thread" });
  await sharing.getByRole("tab", { name: "Links" }).click();
  await sharing.getByLabel("Lets people").selectOption("comment");
  await sharing.getByRole("button", { name: "Create link" }).click();
  const link = (await sharing.locator("code", { hasText: "/shared#" }).textContent()) ?? "";

  const phone = await newPage(390);
  await phone.goto(link);
  await expect(phone.getByText("With an account you may comment here.")).toBeVisible();
  const [beside] = await Promise.all([
    phone.context().waitForEvent("page"),
    phone.getByRole("link", { name: "Sign in" }).click(),
  ]);
  await signIn(beside, email);
  await expect(beside.getByRole("heading", { name: /Nothing is shared/ })).toBeVisible();
  await beside.close();
  // Every page of this browser counts as visible all the time.
  await phone.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await phone.getByRole("textbox", { name: "Comment" }).fill("Is the wood open?");
  await phone.keyboard.press("Enter");
  await expect(ada.row("Is the wood open?")).toContainText("Grace");
});
