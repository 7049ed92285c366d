/** One's own account: another name and address, another password, and the end of it. */
import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { members, openSettings, password, signIn } from "./people.ts";
import { test } from "./team.ts";

test("somebody changes who they are, signs in as that, and leaves nothing but what they wrote", async ({
  team: { owner, join },
  newPage,
}) => {
  const {
    screen: { page: bo },
    email,
  } = await join("Bo", "Member");
  await openSettings(bo, "You");
  const account = bo.getByRole("region", { name: "Account" });
  await account.getByRole("button", { name: "Change name" }).click();
  await account.getByLabel("Your name").fill("Beatrice");
  await account.getByRole("button", { name: "Save name" }).click();
  await expect(account.getByText("Beatrice", { exact: true })).toBeVisible();

  const moved = `moved.${email}`;
  await account.getByRole("button", { name: "Change e-mail" }).click();
  await account.getByLabel("New e-mail").fill(moved);
  await account.getByLabel("Current password").fill("not this one");
  await account.getByRole("button", { name: "Save e-mail" }).click();
  await expect(account.getByRole("alert")).toHaveText("The current password is wrong.");
  await account.getByLabel("Current password").fill(password);
  await account.getByRole("button", { name: "Save e-mail" }).click();
  await expect(account.getByText(moved, { exact: true })).toBeVisible();
  await owner.page.reload();
  await expect(members(owner.page).getByText("Beatrice", { exact: true })).toBeVisible();
  await expect(members(owner.page).getByText(moved, { exact: true })).toBeVisible();

  const elsewhere = await newPage(390);
  await elsewhere.goto(bo.url());
  await signIn(elsewhere, moved);
  await expect(elsewhere.getByRole("heading", { name: /What should we do/ })).toBeVisible();
  const next = "another horse battery";
  await account.getByRole("button", { name: "Change password" }).click();
  await account.getByLabel("Current password").fill(password);
  await account.getByLabel("New password").fill(next);
  await account.getByRole("button", { name: "Save password" }).click();
  await expect(account.getByRole("status")).toHaveText("Saved. You are signed out everywhere else.");
  await elsewhere.reload();
  await expect(elsewhere.getByRole("heading", { name: "Sign in to Skein" })).toBeVisible();

  await account.getByRole("button", { name: "Delete account" }).click();
  await account.getByLabel("Your e-mail, to confirm").fill(moved);
  await account.getByLabel("Current password").fill(next);
  await expectAccessible(bo);
  await account.getByRole("button", { name: "Delete my account" }).click();
  await expect(bo.getByRole("heading", { name: "Sign in to Skein" })).toBeVisible();
  await signIn(bo, moved, next);
  await expect(bo.getByRole("alert")).toHaveText("The e-mail address or the password is wrong.");
  await owner.page.reload();
  await expect(members(owner.page).getByText("Ada (you)")).toBeVisible();
  await expect(members(owner.page).getByText("Beatrice", { exact: true })).toHaveCount(0);
});
