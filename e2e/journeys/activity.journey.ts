/** What happened in a team: an owner reads it, narrows it down and takes it along. */
import { readFile } from "node:fs/promises";
import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { invite, openSettings } from "./people.ts";
import { says } from "./steps.ts";
import { test } from "./team.ts";

test("an owner finds what happened by what it is about, and exports just that", async ({ team: { owner, model } }) => {
  const { page } = owner;
  model.push([says("Nothing to it.")]);
  await owner.startThread("A secret plan");
  await owner.settled();
  const thread = new URL(page.url()).pathname;
  await invite(page, "Viewer");

  await openSettings(page, "Activity");
  const activity = page.getByRole("region", { name: "Activity" });
  const lines = activity.getByRole("listitem");
  await expect(lines.filter({ hasText: "Ada invited somebody" })).toContainText("viewer");
  await expect(lines.filter({ hasText: "Ada prompted" }).getByRole("link", { name: "Thread" })).toHaveAttribute(
    "href",
    thread,
  );
  await expect(activity).not.toContainText("A secret plan");
  await expectAccessible(page);

  await activity.getByLabel("About").selectOption("People");
  await expect(lines.filter({ hasText: "Ada invited somebody" })).toBeVisible();
  await expect(lines.filter({ hasText: "Ada prompted" })).toHaveCount(0);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    activity.getByRole("link", { name: "Export as CSV" }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  expect(text).toContain("invitation.created");
  expect(text).not.toContain("prompt.given");
  await activity.getByLabel("About").selectOption("Administration");
  await expect(lines.filter({ hasText: "Ada exported this list" })).toContainText("as CSV");
});
