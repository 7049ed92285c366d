import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import type { Screen } from "./screen.ts";
import { gate, says } from "./steps.ts";

const queued = ({ page }: Screen) => page.getByRole("region", { name: "Queued messages" });
const entries = (screen: Screen) => queued(screen).getByRole("listitem");
const entry = (screen: Screen, text: string) => entries(screen).filter({ hasText: text });

async function queue(screen: Screen, text: string): Promise<void> {
  await screen.message.fill(text);
  await screen.page.getByRole("button", { name: "Queue" }).click();
  await expect(entry(screen, text)).toBeVisible();
  await expect(screen.message).toHaveValue("");
}

test("messages wait while a turn runs, are put in order, changed and taken back, and are sent one by one", async ({
  skein,
  signIn,
}) => {
  const screen = await signIn();
  skein.model.push([says("Reading ", gate("reading"), "done.")], [says("Tests run.")], [says("Notes written.")]);
  await screen.startThread("Read the code");
  await expect(screen.row("Reading")).toBeVisible();
  for (const text of ["Write the notes", "Never mind", "Run the test"]) await queue(screen, text);
  await expect(entries(screen)).toHaveText([/Write the notes/, /Never mind/, /Run the test/]);

  const last = entry(screen, "Run the test");
  await last.getByRole("button", { name: "Move up" }).click();
  await expect(entries(screen)).toHaveText([/Write the notes/, /Run the test/, /Never mind/]);
  await expect(last.getByRole("button", { name: "Move up" })).toBeFocused();
  await screen.page.keyboard.press("Alt+ArrowUp");
  await expect(entries(screen)).toHaveText([/Run the test/, /Write the notes/, /Never mind/]);
  await expect(last.getByRole("button", { name: "Move up" })).toBeFocused();

  await entry(screen, "Never mind").getByRole("button", { name: "Remove" }).click();
  await expect(entries(screen)).toHaveCount(2);
  await expect(entry(screen, "Write the notes").getByRole("button", { name: "Remove" })).toBeFocused();

  await last.getByRole("button", { name: "Edit" }).click();
  const editor = screen.page.getByRole("textbox", { name: "Queued message" });
  await editor.fill("Run the tests, all of them");
  await editor.press("Enter");
  await expect(entries(screen)).toHaveText([/Run the tests, all of them/, /Write the notes/]);

  await screen.page.reload();
  await expect(entries(screen)).toHaveText([/Run the tests, all of them/, /Write the notes/]);
  skein.model.releaseGate("reading");
  await expect(screen.row("Notes written.")).toBeVisible();
  await screen.settled();
  await expect(queued(screen)).toBeHidden();
  const said = (await screen.transcript()).join("\n");
  expect(said.indexOf("Run the tests, all of them")).toBeLessThan(said.indexOf("Write the notes"));
  expect(said).not.toContain("Never mind");
});

test("a queued message is sent to the running turn at once, or after Stop, and another browser sees it wait", async ({
  skein,
  signIn,
}) => {
  const screen = await signIn();
  const other = await signIn("directly");
  skein.model.push([says("Counting ", gate("never"), "sheep.")], [says("Counting ", gate("never too"), "goats.")]);
  await screen.startThread("Count sheep");
  await expect(screen.row("Counting")).toBeVisible();
  await other.follow(screen);
  await screen.message.fill("Goats, please");
  await screen.message.press("ControlOrMeta+Enter");
  await queue(screen, "And cows");
  await expect(entries(other)).toHaveText([/Goats, please/, /And cows/]);

  await entry(other, "Goats, please").getByRole("button", { name: "Send now" }).click();
  await expect(screen.row("Goats, please")).toBeVisible();
  await expect(entries(screen)).toHaveText([/And cows/]);
  await screen.stopButton.click();
  await expect(screen.row("Stopped")).toBeVisible();
  await expect(queued(screen)).toContainText("The last turn was stopped");
  await expect(entries(screen)).toHaveText([/And cows/]);

  skein.model.push([says("Counting cows.")]);
  await entry(screen, "And cows").getByRole("button", { name: "Send now" }).click();
  await expect(other.row("Counting cows.")).toBeVisible();
  await other.settled();
  await expect(queued(other)).toBeHidden();
});
