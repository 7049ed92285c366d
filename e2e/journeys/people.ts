/** What people do to come in, and in the settings. */
import { expect, type Locator, type Page } from "../tools/playwright.ts";

export const password = "correct horse battery";

export const menu = (page: Page) => page.getByRole("button", { name: "Settings and account" });

const addressOf = (name: string) => `${name.toLowerCase()}@example.org`;

/** By the link of the console or of an invitation. Resolves at the first screen. */
export async function createAccount(page: Page, link: string, name: string, email = addressOf(name)): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  const team = page.getByLabel("Team");
  if (await team.isVisible()) await team.fill("Ada & Co");
  await page.getByRole("button", { name: /^Create account/ }).click();
  await expect(page.getByRole("heading", { name: /What should we do|Nothing is shared/ })).toBeVisible();
}

export async function signIn(page: Page, email: string, secret = password): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export type RoleWord = "Owner" | "Member" | "Viewer";

type Area = "You" | "Team" | "Usage" | "Network" | "Activity";

export async function openSettings(page: Page, area: Area): Promise<void> {
  await menu(page).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: area }).click();
}

export const members = (page: Page): Locator => page.getByRole("region", { name: "Members" });

/** The link by which somebody of that role comes in. */
export async function invite(owner: Page, role: RoleWord = "Member"): Promise<string> {
  await openSettings(owner, "Team");
  await members(owner).getByLabel("Role", { exact: true }).selectOption({ label: role });
  await members(owner).getByRole("button", { name: "Create link" }).click();
  return (await members(owner).getByRole("status").locator("code").textContent()) ?? "";
}
