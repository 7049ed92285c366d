/** A server with accounts: from the link on its console to a team whose members come by invitation and by a provider. */
import {
  clientId,
  clientSecret,
  type ProviderServer,
  startProviderServer,
} from "../../apps/server/src/testing/provider-server.ts";
import { ServerProcess } from "../skein/server-process.ts";
import { type Browser, test as base, expect, type Page } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";

interface Place {
  readonly server: ServerProcess;
  readonly provider: ProviderServer;
}

interface Fixtures {
  readonly place: Place;
  /** A page in a browser of its own. */
  readonly newPage: (width?: number) => Promise<Page>;
}

const password = "correct horse battery";

const test = base.extend<Fixtures>({
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
  newPage: async ({ browser }, use) => {
    const contexts: Awaited<ReturnType<Browser["newContext"]>>[] = [];
    await use(async (width = 1440) => {
      const context = await browser.newContext({ viewport: { width, height: 844 } });
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

const menu = (page: Page) => page.getByRole("button", { name: "Settings and account" });

async function becomeFirstOwner(page: Page, { server }: Place): Promise<void> {
  await page.goto(server.printedLink);
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("Team").fill("Ada & Co");
  await page.getByRole("button", { name: "Create account" }).click();
  await menu(page).waitFor();
}

async function openSettings(page: Page, area: "You" | "Team" = "You"): Promise<void> {
  await menu(page).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: area }).click();
}

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
  await becomeFirstOwner(ada, place);
  await openSettings(ada, "Team");
  const members = ada.getByRole("region", { name: "Members" });
  await members.getByLabel("For whom").fill("Bo");
  await members.getByRole("button", { name: "Create link" }).click();
  const link = (await members.getByRole("status").locator("code").textContent()) ?? "";

  const bo = await newPage(390);
  await bo.goto(link);
  await expect(bo.getByRole("heading", { name: "Join Ada & Co" })).toBeVisible();
  await expectAccessible(bo);
  await bo.getByLabel("Your name").fill("Bo");
  await bo.getByLabel("E-mail").fill("bo@example.org");
  await bo.getByLabel("Password").fill(password);
  await bo.getByRole("button", { name: "Create account and join" }).click();
  await expect(bo.getByRole("heading", { name: /What should we do/ })).toBeVisible();

  await ada.reload();
  await members.getByLabel("Role of Bo").selectOption("viewer");
  await expect(members.getByLabel("Role of Bo")).toHaveValue("viewer");
  await expectAccessible(ada);
  await members.getByRole("button", { name: "Remove Bo" }).click();
  await members.getByRole("button", { name: "Remove now" }).click();
  await expect(members.getByText("bo@example.org")).toHaveCount(0);
  await bo.goto(place.server.url);
  await expect(bo.getByRole("heading", { name: "Sign in to Skein" })).toBeVisible();
  await bo.getByLabel("E-mail").fill("bo@example.org");
  await bo.getByLabel("Password").fill("not this one");
  await bo.getByRole("button", { name: "Sign in" }).click();
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
  await becomeFirstOwner(ada, place);

  const elsewhere = await newPage();
  await elsewhere.goto(place.server.url);
  await elsewhere.getByRole("button", { name: "Continue with Example" }).click();
  await signInAtProvider(elsewhere, "ada-there");
  await expect(elsewhere.getByRole("alert")).toContainText("Sign in with its password, then connect the two");

  await openSettings(ada);
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
  await becomeFirstOwner(ada, place);
  await openSettings(ada, "Team");
  await ada.getByLabel("Name of a new team").fill("Engines");
  await ada.getByRole("button", { name: "Create team" }).click();
  await menu(ada).click();
  await expect(ada.getByRole("menuitemradio", { name: /Engines/ })).toBeChecked();
  await ada.getByRole("menuitemradio", { name: /Ada & Co/ }).click();
  await menu(ada).click();
  await expect(ada.getByRole("menuitemradio", { name: /Ada & Co/ })).toBeChecked();
});
