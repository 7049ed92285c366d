/** A key of a model: stored, tried, used in a turn, taken away again. */
import { startScriptedModel } from "../scripted-model/scripted-model.ts";
import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { openSettings } from "./people.ts";
import { says } from "./steps.ts";
import { test } from "./team.ts";

const key = "sk-journey-0123456789-wxyz";

test("a team's own key pays for its turns until it is deleted, and is never shown", async ({
  team: { owner, model },
}) => {
  const { page } = owner;
  const provider = await startScriptedModel();
  await openSettings(page, "Team");
  const keys = page.getByRole("region", { name: "The team's model key" });
  await keys.getByRole("button", { name: "Add a key" }).click();
  await keys.getByLabel("Name").fill("Our account");
  await keys.getByLabel("Key", { exact: true }).fill(key);
  await keys.getByLabel("Address").fill(provider.baseUrl);
  await keys.getByLabel("Models").fill("own-model");
  await keys.getByRole("button", { name: "Save key" }).click();
  await expect(keys.getByText("Your turns are paid with the team's key.")).toBeVisible();
  await expect(keys.getByText(/ends in wxyz/)).toBeVisible();
  expect(await page.content()).not.toContain(key);
  await keys.getByRole("button", { name: "Test" }).click();
  await expect(keys.getByRole("status")).toHaveText("own-model: It works.");
  await expectAccessible(page);

  await page.getByRole("link", { name: /New thread/ }).click();
  await expect(page.getByRole("button", { name: /Model: own-model/ })).toBeVisible();
  provider.push([says("Paid by the team.")]);
  await owner.startThread("Who pays?");
  await expect(owner.row("Paid by the team.")).toBeVisible();
  const paid = provider.requests.filter(({ headers }) => headers.authorization === `Bearer ${key}`);
  expect(paid.length).toBe(provider.requests.length);
  expect(paid.length).toBeGreaterThan(1);

  await openSettings(page, "Team");
  await keys.getByRole("button", { name: "Delete Our account" }).click();
  await keys.getByRole("button", { name: "Delete now" }).click();
  await expect(keys.getByRole("button", { name: "Add a key" })).toBeVisible();
  const before = provider.requests.length;
  await page.getByRole("link", { name: /New thread/ }).click();
  model.push([says("Paid by the server.")]);
  await owner.startThread("And now?");
  await expect(owner.row("Paid by the server.")).toBeVisible();
  expect(provider.requests.length).toBe(before);
  await provider.close();
});
