import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { test } from "./journey.ts";
import { asks, asksToRun, patches, plans, says } from "./steps.ts";

test("signing in", async ({ skein, newBrowser }) => {
  const page = await (await newBrowser()).newPage();
  await page.goto(skein.server.url);
  await expect(page.getByRole("heading", { name: "Sign in to Skein" })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${skein.server.url}/sign-in?token=wrong`);
  await expect(page.getByRole("heading", { name: "This sign-in link does not work" })).toBeVisible();
  await expectAccessible(page);
});

test("a thread, an approval in it, and its changes", async ({ skein, signIn }) => {
  const screen = await signIn("directly");
  await expectAccessible(screen.page);
  skein.model.push(
    [
      { type: "reasoning", summary: ["**Considering** what to do."] },
      says(
        "First a look:\n\n1. list\n2. *write*\n\n```ts\nconst answer = 42;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
      ),
      plans({ step: "Look", status: "completed" }, { step: "Write", status: "in_progress" }),
      asksToRun("echo seen > seen.txt; ls no-such-file", "May I write it?"),
    ],
    [patches("*** Update File: seen.txt", "@@", "-seen", "+read")],
    [says("All **done**; see [the manual](https://example.com/).")],
  );
  await screen.startThread("Write something accessible");
  await expect(screen.approval).toBeVisible();
  await expectAccessible(screen.page);
  await screen.approve();
  await expect(screen.row("All done")).toBeVisible();
  await screen.settled();
  await screen.unfold();
  await expectAccessible(screen.page);
  await screen.page.getByRole("button", { name: /^1 file changed/ }).click();
  await expect(screen.details.getByRole("region", { name: "seen.txt" })).toBeVisible();
  await expectAccessible(screen.page);
});

test("questions, and what was answered", async ({ skein, signIn }) => {
  const screen = await signIn("directly");
  const options = [
    { label: "Here", description: "Next to the others." },
    { label: "There", description: "On its own." },
  ];
  const question = { id: "place", header: "Place", question: "Where shall it go?", options };
  skein.model.push([asks(question, { id: "name", header: "Name", question: "What is its name?" })], [says("Done.")]);
  await screen.startThread("Put it somewhere accessible");
  await screen.questions.getByRole("radio", { name: "There" }).check();
  await expectAccessible(screen.page);
  await expect(async () => {
    const send = screen.questions.getByRole("button", { name: "Send without the rest" });
    if (await send.isVisible()) await send.click({ timeout: 500 });
    await expect(screen.questions).toBeHidden({ timeout: 500 });
  }).toPass();
  await screen.settled();
  await expect(screen.row("You answered")).toBeVisible();
  await expectAccessible(screen.page);
});

test("settings", async ({ signIn }) => {
  const { page } = await signIn("directly");
  await page.goto(new URL("/settings", page.url()).href);
  const tokens = page.getByRole("region", { name: "Access tokens" });
  await tokens.getByLabel("Name of a new token").fill("an accessible one");
  await tokens.getByRole("button", { name: "Create token" }).click();
  await expect(tokens.getByRole("status")).toBeVisible();
  await expectAccessible(page);
});
