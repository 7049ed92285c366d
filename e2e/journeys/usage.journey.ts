/** What a team may use: it is spent, says so with the time it comes back, and is raised. */
import { promptFor } from "../scripted-model/script.ts";
import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { openSettings } from "./people.ts";
import { says } from "./steps.ts";
import { test } from "./team.ts";

const costs = (tokens: number, words: string) =>
  promptFor({ responses: [[says(words), { type: "usage", inputTokens: tokens - 10, outputTokens: 10 }]] });

test("a turn that the budget does not carry fails with the time it comes back, and goes when it is raised", async ({
  team: { owner },
}) => {
  const { page } = owner;
  const limit = async (tokens: string) => {
    await openSettings(page, "Usage");
    const whole = page.getByRole("form", { name: "The whole team" });
    await whole.getByLabel(/hours$/).fill(tokens);
    await whole.getByRole("button", { name: "Save" }).click();
    await expect(whole.getByRole("button", { name: "Save" })).toBeDisabled();
  };
  await limit("1000");
  await page.getByRole("link", { name: /New thread/ }).click();
  await owner.startThread(costs(1200, "That was much."));
  await expect(owner.row("That was much.")).toBeVisible();
  const bar = page.getByRole("status", { name: "Usage" });
  await expect(bar).toContainText(/The usage limit is reached\. It comes back (at|on) .+[AP]M\./);

  await owner.send(costs(100, "A little more."));
  const failed = owner.row("The usage limit is reached");
  await expect(failed).toBeVisible();
  await expect(failed).toContainText(/[AP]M/);
  await expect(failed).not.toContainText(/\d{4}-\d\d-\d\dT/);
  const address = page.url();

  await bar.getByRole("link", { name: "Usage" }).click();
  const own = page.getByRole("region", { name: "Your usage" });
  await expect(own.getByText(/1\.2K of 1K in 5 hours/)).toBeVisible();
  await expectAccessible(page);
  await limit("1000000");
  await expect(bar).toHaveText("");
  await page.goto(address);
  await owner.send(costs(100, "A little more."));
  await expect(owner.row("A little more.")).toBeVisible();
});
