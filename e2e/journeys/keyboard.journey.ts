import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import { asksToRun, patches, says } from "./steps.ts";

test("a thread without a mouse: write, approve, read the diff, write again", async ({ skein, signIn }) => {
  const screen = await signIn();
  const { page } = screen;
  const { keyboard } = page;
  await page.goto(new URL("/settings", page.url()).href);
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await keyboard.press("Control+Shift+N");
  await expect(screen.message).toBeFocused();

  skein.model.push(
    [asksToRun("echo by hand > hands.txt", "May I write it?")],
    [patches("*** Update File: hands.txt", "@@", "-by hand", "+by keyboard")],
    [says("Written without a mouse.")],
  );
  await keyboard.type("Write by keyboard");
  await keyboard.press("Shift+Enter");
  await keyboard.type("in two lines");
  await keyboard.press("Enter");
  await expect(screen.approval).toBeVisible();
  await expect(async () => {
    await keyboard.press("Control+Enter");
    await expect(screen.approval).toBeHidden({ timeout: 500 });
  }).toPass();
  await expect(screen.row("Written without a mouse.")).toBeVisible();
  await screen.settled();
  await expect(screen.row("Write by keyboard")).toContainText("in two lines");

  await keyboard.press("Control+J");
  await expect(screen.details.getByRole("region", { name: "hands.txt" })).toContainText("by keyboard");
  await keyboard.press("Control+J");
  await expect(screen.details).toBeHidden();

  await keyboard.press("Control+K");
  await expect(page.getByRole("dialog")).toBeVisible();
  await keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});
