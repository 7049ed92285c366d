/** A server with accounts: from the link on its console to a team whose members come by invitation and by a provider. */
import {
  clientId,
  clientSecret,
  type ProviderServer,
  startProviderServer,
} from "../../apps/server/src/testing/provider-server.ts";
import { ServerProcess } from "../skein/server-process.ts";
import { expect, type Page } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { test as base } from "./pages.ts";
import { createAccount, invite, members, menu, openSettings, signIn } from "./people.ts";

interface Place {
  readonly server: ServerProcess;
  readonly provider: ProviderServer;
}

const test = base.extend<{ readonly place: Place }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  place: async ({}, use) => {
    const provider = await startProviderServer();
    const server = await ServerProcess.prepare(() => ({
      ...{ SKEIN_ACCOUNTS: "on", SKEIN_OIDC_ISSUER: provider.issuer, SKEIN_OIDC_NAME: "Example" },
      ...{ SKEIN_OIDC_CLIENT_ID: clientId, SKEIN_OIDC_CLIENT_SECRET: clientSecret, LOG_LEVEL: "silent" },
    }));
    provider.serve(`${server.url}/api/provider/callback`);
    await server.start();
    await use({ server, provider });
    await server.dispose();
    await provider.stop();
  },
});

/** The provider's own pages: who one is, and that one agrees. */
async function signInAtProvider(page: Page, login: string): Promise<void> {
  await page.waitForURL(/interaction/);
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill("any");
  await page.locator("button[type=submit]").click();
  await page.locator('input[value="consent"]').waitFor({ state: "attached" });
  await page.locator("button[type=submit]").click();
}

test("an owner invites somebody, who comes in on a phone, has another role then and is removed", async ({
  place,
  newPage,
}) => {
  const ada = await newPage();
  await createAccount(ada, place.server.printedLink, "Ada");
  const link = await invite(ada);
  const bo = await newPage(390);
  await bo.goto(link);
  await expect(bo.getByRole("heading", { name: "Join Ada & Co" })).toBeVisible();
  await expectAccessible(bo);
  await createAccount(bo, link, "Bo");

  await ada.reload();
  const list = members(ada);
  await list.getByLabel("Role of Bo").selectOption("viewer");
  await expect(list.getByLabel("Role of Bo")).toHaveValue("viewer");
  await expectAccessible(ada);
  await list.getByRole("button", { name: "Remove Bo" }).click();
  await list.getByRole("button", { name: "Remove now" }).click();
  await expect(list.getByText("bo@example.org")).toHaveCount(0);
  await bo.goto(place.server.url);
  await expect(bo.getByRole("heading", { name: "Sign in to Skein" })).toBeVisible();
  await signIn(bo, "bo@example.org", "not this one");
  await expect(bo.getByRole("alert")).toHaveText("The e-mail address or the password is wrong.");
  await expect(bo.getByRole("alert")).toBeFocused();
  await expectAccessible(bo);
});

test("somebody who is known elsewhere connects the two, and signs in by it from then on", async ({
  place,
  newPage,
}) => {
  place.provider.people.set("ada-there", { name: "Ada", email: "ada@example.org", email_verified: true });
  const ada = await newPage();
  await createAccount(ada, place.server.printedLink, "Ada");

  const elsewhere = await newPage();
  await elsewhere.goto(place.server.url);
  await elsewhere.getByRole("button", { name: "Continue with Example" }).click();
  await signInAtProvider(elsewhere, "ada-there");
  await expect(elsewhere.getByRole("alert")).toContainText("Sign in with its password, then connect the two");

  await openSettings(ada, "You");
  await ada.getByRole("button", { name: "Connect" }).click();
  await signInAtProvider(ada, "ada-there");
  await expect(ada.getByText("You can sign in with it.")).toBeVisible();

  await elsewhere.getByRole("button", { name: "Continue with Example" }).click();
  await menu(elsewhere).waitFor();
  const sessions = ada.getByRole("region", { name: "Sessions" });
  await ada.reload();
  await sessions.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(sessions.getByRole("listitem")).toHaveCount(1);
  await elsewhere.goto(place.server.url);
  await expect(elsewhere.getByRole("heading", { name: "Sign in to Skein" })).toBeVisible();
});

test("somebody who belongs to two teams goes from one to the other", async ({ place, newPage }) => {
  const ada = await newPage();
  await createAccount(ada, place.server.printedLink, "Ada");
  await openSettings(ada, "Team");
  await ada.getByLabel("Name of a new team").fill("Engines");
  await ada.getByRole("button", { name: "Create team" }).click();
  await menu(ada).click();
  await expect(ada.getByRole("menuitemradio", { name: /Engines/ })).toBeChecked();
  await ada.getByRole("menuitemradio", { name: /Ada & Co/ }).click();
  await menu(ada).click();
  await expect(ada.getByRole("menuitemradio", { name: /Ada & Co/ })).toBeChecked();
});
