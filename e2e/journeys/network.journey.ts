/** A command wants out: the policy lets people decide, somebody allows it, and it can be read who. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { openSettings } from "./people.ts";
import { runs, says } from "./steps.ts";
import { test as base } from "./team.ts";

const test = base.extend<{ readonly target: Server }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  target: async ({}, use) => {
    const target = createServer((_request, response) => void response.end("hello from outside\n"));
    target.listen(0, "127.0.0.1");
    await once(target, "listening");
    await use(target);
    target.closeAllConnections();
    target.close();
  },
});

test("a host that is not on the list is asked for, allowed from the card, and found in the activity", async ({
  team: { owner, model },
  target,
}) => {
  const { page } = owner;
  await openSettings(page, "Network");
  await page.getByRole("radio", { name: /ask for others/ }).check();
  await page.getByRole("textbox", { name: "Hosts" }).fill("registry.example.org");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();

  await page.goto(new URL("/", page.url()).href);
  const { port } = target.address() as AddressInfo;
  // By the proxy, although commands reach their own loopback without it.
  model.push([runs(`curl -sS --noproxy '' -p http://127.0.0.1:${port}/`)], [says("It answers.")]);
  await owner.startThread("Does it answer?");
  await expect(owner.approval).toContainText("Allow network access to 127.0.0.1?");
  await expect(owner.approval).toContainText(`port ${port}`);
  await expectAccessible(page);
  await owner.decide("Allow for this command");
  await expect(owner.row("It answers.")).toBeVisible();
  await owner.unfold();
  await expect(owner.conversation.getByText("hello from outside")).toBeVisible();
  await expect(owner.conversation.getByText("Connection to 127.0.0.1 allowed by you")).toBeVisible();

  await openSettings(page, "Activity");
  await page.getByLabel("About").selectOption("Workspaces and network");
  const lines = page.getByRole("region", { name: "Activity" }).getByRole("listitem");
  await expect(lines.filter({ hasText: "reached a host" })).toContainText(`127.0.0.1, port ${port}`);
  await expect(lines.filter({ hasText: "changed the network policy" })).toContainText("ask for others");
  await page.getByLabel("About").selectOption("Threads");
  await expect(lines.filter({ hasText: "answered the agent" })).toContainText("to reach a host, allowed");
});
