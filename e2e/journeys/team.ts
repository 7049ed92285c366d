/** A team of its own for each journey, on a server with accounts that lives as long as the worker. */
import { randomUUID } from "node:crypto";
import { type ScriptedModel, startScriptedModel } from "../scripted-model/scripted-model.ts";
import { ServerProcess } from "../skein/server-process.ts";
import { test as base } from "./pages.ts";
import { createAccount, invite, menu, password, type RoleWord } from "./people.ts";
import { Screen } from "./screen.ts";

interface House {
  readonly server: ServerProcess;
  readonly model: ScriptedModel;
}

export interface Team extends House {
  /** Of the owner, at the first screen. */
  readonly owner: Screen;
  /** Somebody who comes in by an invitation of the owner's, at their first screen; nobody else has their address. */
  readonly join: (name: string, role: RoleWord, width?: number) => Promise<Newcomer>;
}

interface Newcomer {
  readonly screen: Screen;
  readonly email: string;
}

const ada = { name: "Ada", email: "ada@example.org", password };

export const test = base.extend<{ readonly team: Team }, { readonly house: House }>({
  house: [
    async ({ browser }, use) => {
      const model = await startScriptedModel();
      const server = await ServerProcess.prepare(() => ({
        ...{ SKEIN_ACCOUNTS: "on", OPENAI_BASE_URL: model.baseUrl, LOG_LEVEL: "silent" },
        // Providers and hosts of journeys are on the machine itself.
        SKEIN_INTERNAL_HOSTS: "127.0.0.1",
      }));
      await server.start();
      const page = await browser.newPage();
      const token = new URL(server.printedLink).hash.slice(1);
      await page.goto(server.url);
      await post(page, "/api/first-owner", { token, tenantName: "Ada & Co", account: ada });
      await page.close();
      await use({ server, model });
      await server.dispose();
      await model.close();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  team: async ({ house, newPage }, use) => {
    house.model.clear();
    const page = await newPage();
    await page.goto(house.server.url);
    await post(page, "/api/sign-in", ada);
    await post(page, "/api/account/tenants", { name: `Team ${randomUUID().slice(0, 8)}` });
    await page.goto(house.server.url);
    await menu(page).waitFor();
    const owner = new Screen(page);
    const join: Team["join"] = async (name, role, width) => {
      const screen = new Screen(await newPage(width));
      const email = `${name.toLowerCase()}.${randomUUID().slice(0, 8)}@example.org`;
      await createAccount(screen.page, await invite(page, role), name, email);
      return { screen, email };
    };
    await use({ ...house, owner, join });
  },
});

/** As the page itself would: with its Origin and cookies. */
async function post(page: Screen["page"], path: string, body: object): Promise<void> {
  const status = await page.evaluate(
    async ([url, text]) => {
      const headers = { "content-type": "application/json" };
      return (await fetch(url, { method: "POST", headers, body: text })).status;
    },
    [path, JSON.stringify(body)] as const,
  );
  if (status >= 300) throw new Error(`${path} was answered ${status}`);
}
