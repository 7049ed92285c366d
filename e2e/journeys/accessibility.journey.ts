import { type AxeResults, axeSource, type RunOptions } from "../tools/axe.ts";
import { expect, type Page } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import { asks, asksToRun, patches, plans, says } from "./steps.ts";

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const schemes = ["light", "dark"] as const;

/** In both appearances and at both widths: no rule broken, and nothing wider than the window. */
async function expectAccessible(page: Page): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await showThreads(page, size.width > 1000);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect(await findProblems(page), `${size.width} px, ${colorScheme}`).toEqual([]);
    }
  }
}

/** On a narrow window the list of threads lies over the page and hides it. */
async function showThreads(page: Page, wanted: boolean): Promise<void> {
  const threads = page.getByRole("navigation", { name: "Threads" });
  if ((await page.getByRole("main").locator("header").count()) === 0 || (await threads.isVisible()) === wanted) return;
  await page.keyboard.press("Control+B");
  await expect(threads).toBeVisible({ visible: wanted });
}

async function findProblems(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    const problems = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
    );
    const { scrollWidth } = document.documentElement;
    return scrollWidth > innerWidth ? [...problems, `the page is ${scrollWidth} px wide`] : problems;
  });
}

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
