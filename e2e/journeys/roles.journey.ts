/** What a role leaves out: a viewer of the team can begin nothing, until an owner makes them a member. */
import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { members, menu } from "./people.ts";
import { says } from "./steps.ts";
import { test } from "./team.ts";

test("a viewer finds nothing to begin with, and everything as soon as they are a member", async ({
  team: { owner, model, join },
}) => {
  const { screen: bo } = await join("Bo", "Viewer");
  await expect(bo.page.getByText("You are a viewer in this team")).toBeVisible();
  await expect(bo.message).toHaveCount(0);
  await expect(bo.page.getByText("New thread")).toHaveCount(0);
  await expectAccessible(bo.page);
  await bo.page.keyboard.press("Control+k");
  const palette = bo.page.getByRole("dialog", { name: "Search threads and commands" });
  await expect(palette.getByRole("option", { name: "Settings" })).toBeVisible();
  await expect(palette.getByRole("option", { name: /New thread/ })).toHaveCount(0);
  await bo.page.keyboard.press("Escape");

  await menu(bo.page).click();
  await bo.page.getByRole("menuitem", { name: "Workspaces" }).click();
  await expect(bo.page.getByText("/workspaces/")).toBeVisible();
  await expect(bo.page.getByRole("button", { name: /New workspace|New thread|Delete/ })).toHaveCount(0);
  await menu(bo.page).click();
  await bo.page.getByRole("menuitem", { name: "Settings" }).click();
  const areas = bo.page.getByRole("navigation", { name: "Settings" });
  await expect(areas.getByRole("link", { name: "Network" })).toBeVisible();
  await expect(areas.getByRole("link", { name: "Activity" })).toHaveCount(0);
  await areas.getByRole("link", { name: "Network" }).click();
  await expect(bo.page.getByText("Owners of the team can change this.")).toBeVisible();
  await expect(bo.page.getByRole("radio", { name: /^Off/ })).toBeDisabled();

  await owner.page.reload();
  await members(owner.page).getByLabel("Role of Bo").selectOption("member");
  await bo.page.getByRole("link", { name: /New thread/ }).click();
  model.push([says("Gladly.")]);
  await bo.startThread("May I now?");
  await expect(bo.row("Gladly.")).toBeVisible();
});
