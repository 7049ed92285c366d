import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import type { Screen } from "./screen.ts";
import { asks, gate, says } from "./steps.ts";

const place = {
  ...{ id: "place", header: "Place", question: "Where shall it go?" },
  options: [
    { label: "Inside", description: "Next to the others." },
    { label: "Outside", description: "On its own." },
  ],
};
const name = { id: "name", header: "Name", question: "What is its name?" };

/** Sends until it counts: a card that has only just appeared takes no answer yet. */
async function answer({ page, questions }: Screen, send: () => Promise<void>): Promise<void> {
  await expect(async () => {
    if (await questions.isVisible()) await send();
    await expect(questions).toBeHidden({ timeout: 500 });
  }).toPass();
  await expect(page.getByText("Answered on another device")).toHaveCount(0);
}

test("questions wait over a reload, and are answered by keyboard alone", async ({ skein, signIn }) => {
  const screen = await signIn();
  const { page, questions } = screen;
  skein.model.push([says("Two things first."), asks(place, name)], [says("So be it.")]);
  await screen.startThread("Put it somewhere");
  await expect(questions).toContainText("The agent has 2 questions");
  await expect(screen.row("Waiting for your answer")).toBeVisible();
  await page.reload();
  const where = questions.getByRole("group", { name: "Place Where shall it go?" });
  await expect(where.getByRole("radio", { name: "Inside" })).toHaveAccessibleDescription("Next to the others.");
  // With the focus nowhere: the number is of the first question that is open.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("1");
  await expect(where.getByRole("radio", { name: "Inside" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(where.getByRole("radio", { name: "Outside" })).toBeChecked();
  await page.keyboard.press("1");
  await expect(where.getByRole("radio", { name: "Inside" })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(questions.getByRole("textbox", { name: "What is its name?" })).toBeFocused();
  await page.keyboard.type("Ada");
  await answer(screen, () => page.keyboard.press("Enter"));
  await expect(screen.row("So be it.")).toBeVisible();
  await screen.settled();
  const settled = screen.row("You answered");
  await expect(settled).toContainText("Where shall it go?");
  await expect(settled).toContainText("Inside");
  await expect(settled).toContainText("Ada");
  const told = JSON.stringify(skein.model.requests.at(-1)?.body.input);
  for (const word of ["Inside", "Ada"]) expect(told).toContain(word);
  await page.reload();
  await expect(screen.row("You answered")).toContainText("Ada");
});

test("one browser answers in words of its own; the other sees what was said", async ({ skein, signIn }) => {
  const [one, two] = [await signIn(), await signIn("directly")];
  skein.model.push([says("Both of you ", gate("asked"), "listen."), asks(place)], [says("As you say.")]);
  await one.startThread("Ask both");
  await two.follow(one);
  skein.model.releaseGate("asked");
  await expect(two.questions).toContainText("Where shall it go?");
  await one.questions.getByRole("textbox", { name: "Another answer" }).fill("Under the table");
  await answer(one, () => one.questions.getByRole("button", { name: "Send answer" }).click());
  await expect(two.page.getByText("Answered on another device")).toBeVisible();
  for (const screen of [one, two]) {
    await expect(screen.row("As you say.")).toBeVisible();
    await screen.settled();
    await expect(screen.row("You answered")).toContainText("Under the table");
  }
});

test("a message instead of an answer withdraws the question, and the agent reads it", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([asks(place)], [says("Nowhere, then.")]);
  await screen.startThread("Put it somewhere or not");
  await expect(screen.questions).toBeVisible();
  await screen.send("Leave it");
  await expect(screen.questions).toHaveCount(0);
  await expect(screen.row("Nowhere, then.")).toBeVisible();
  await screen.settled();
  await expect(screen.row("Not answered")).toContainText("Where shall it go?");
  await expect(screen.page.getByText("Answered on another device")).toHaveCount(0);
  expect(JSON.stringify(skein.model.requests.at(-1)?.body.input)).toContain("Leave it");
});
