import { connect } from "@skein/client/node";
import type { SkeinClient } from "@skein/client/skein-client";
import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";

test("a token from the settings page lets a program in until it is revoked", async ({ skein, signIn }) => {
  const { page } = await signIn();
  await page.getByRole("button", { name: "Settings and account" }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  const tokens = page.getByRole("region", { name: "Access tokens" });
  await tokens.getByLabel("Name of a new token").fill("a script");
  await tokens.getByRole("button", { name: "Create token" }).click();
  const made = tokens.getByRole("status");
  await expect(made).toContainText("not shown again");
  const secret = (await made.locator("code").textContent()) ?? "";

  const address = skein.server.url.replace(/^http/, "ws");
  const client = connectWith(address, secret);
  await reaches(client, "live");
  const { principal } = await client.request("skein/server/info", {});
  expect(principal.name).not.toBe("");

  await page.reload();
  await expect(tokens.getByText("a script")).toBeVisible();
  await expect(tokens.getByText(secret)).toHaveCount(0);
  await tokens.getByRole("button", { name: "Revoke a script" }).click();
  await tokens.getByRole("button", { name: "Revoke now" }).click();
  await expect(tokens.getByText("No tokens.")).toBeVisible();
  await reaches(client, "blocked");
  expect(client.state.getSnapshot()).toMatchObject({ reason: "signedOut" });
  client.close();

  const refused = connectWith(address, secret);
  await reaches(refused, "blocked");
  expect(refused.state.getSnapshot()).toMatchObject({ reason: "signedOut" });
  refused.close();
});

function connectWith(address: string, token: string): SkeinClient {
  return connect(address, { token, clientInfo: { name: "journey", version: "1" } });
}

function reaches({ state }: SkeinClient, type: ReturnType<SkeinClient["state"]["getSnapshot"]>["type"]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (state.getSnapshot().type === type) resolve();
  };
  const leave = state.subscribe(look);
  look();
  return promise.finally(leave);
}
