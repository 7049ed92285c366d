/** A thread is shared by link: a stranger with a phone follows it live, until the link is revoked. */

import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { test } from "./journey.ts";
import { gate, says } from "./steps.ts";

const secret = "sk-proj-AbCdEfGh1234567890AbCdEf";

test("a stranger on a phone watches a turn live by a link, until it is revoked", async ({
  signIn,
  newBrowser,
  skein,
}) => {
  const screen = await signIn("directly");
  const { page } = screen;
  skein.model.push([says(`It goes round the lake. The key is ${secret}.`)]);
  await screen.startThread("Plan the walk");
  await expect(page.getByText("It goes round the lake.")).toBeVisible();

  await page.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Share thread" });
  await dialog.getByLabel("Title").fill("A walk round the lake");
  await dialog.getByText("Preview: what viewers will see").click();
  await expect(dialog.getByText("The key is [redacted]")).toBeVisible();
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = (await dialog.locator("code", { hasText: "/shared#" }).textContent()) ?? "";
  await page.screenshot({ path: "test-results/share-dialog.png" });
  await page.keyboard.press("Escape");

  const context = await newBrowser();
  const phone = await context.newPage();
  await phone.setViewportSize({ width: 390, height: 844 });
  await phone.goto(link);
  await expect(phone.getByRole("heading", { name: "A walk round the lake" })).toBeVisible();
  await expect(phone.getByText("read-only")).toBeVisible();
  await expect(phone.getByText("The key is [redacted]")).toBeVisible();
  expect(await phone.content()).not.toContain(secret);

  skein.model.push([says("Then through ", gate("on the way"), "the wood.")]);
  await screen.reply("And then?");
  await expect(phone.getByText("Then through")).toBeVisible();
  await expect(phone.getByRole("status").getByText("Live")).toBeVisible();
  await expectAccessible(phone);
  await phone.screenshot({ path: "test-results/share-phone.png" });
  await phone.emulateMedia({ colorScheme: "dark" });
  await phone.screenshot({ path: "test-results/share-phone-dark.png" });
  skein.model.releaseGate("on the way");
  await phone.setViewportSize({ width: 1440, height: 900 });
  await phone.screenshot({ path: "test-results/share-wide-dark.png" });
  await phone.setViewportSize({ width: 390, height: 844 });

  await page.getByRole("button", { name: "Share", exact: true }).click();
  await dialog.getByRole("button", { name: "Revoke the link A walk round the lake" }).click();
  await dialog.getByRole("button", { name: "Revoke now" }).click();
  await expect(phone.getByRole("heading", { name: "Sharing has ended" })).toBeVisible();
  await expect(phone.getByText("It goes round the lake.")).toBeVisible();
  await phone.screenshot({ path: "test-results/share-ended.png" });
  await phone.reload();
  await expect(phone.getByRole("heading", { name: "This link leads nowhere" })).toBeVisible();
  await phone.screenshot({ path: "test-results/share-nowhere.png" });
});
