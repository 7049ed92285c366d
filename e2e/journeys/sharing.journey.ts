/** Working together: a thread is shared with somebody on a phone, who approves for both, and is taken back. */

import { promptFor, type Step } from "../scripted-model/script.ts";
import { expect } from "../tools/playwright.ts";
import { expectAccessible } from "./accessible.ts";
import { asksToRun, says } from "./steps.ts";
import { test } from "./team.ts";

const does = (...responses: readonly (readonly Step[])[]) => promptFor({ responses });

test("a member approves on a phone what the owner's thread asks, and loses the thread when it is taken back", async ({
  team: { owner: ada, join },
}) => {
  // Two browsers, each looked at in both appearances and at both widths.
  test.slow();
  const { screen: bo } = await join("Bo", "Member", 390);
  await ada.page.getByRole("link", { name: /New thread/ }).click();

  await ada.send(does([asksToRun("echo approved", "May I say so?")], [says("It is done.")]));
  await expect(ada.approval).toBeVisible();
  await ada.page.getByRole("button", { name: "Share", exact: true }).click();
  const sharing = ada.page.getByRole("dialog", { name: "Share thread" });
  await expect(sharing.getByText("Ada (you)")).toBeVisible();
  await sharing.getByRole("button", { name: "Share", exact: true }).click();
  await expect(sharing.getByLabel("What Bo may do")).toHaveValue("read");
  await expectAccessible(ada.page);

  // What may only be read shows what is asked, and no way to answer it.
  await bo.page
    .getByRole("button", { name: /threads/i })
    .first()
    .click();
  const threads = bo.page.getByRole("navigation", { name: "Threads" });
  await expect(threads.getByRole("heading", { name: /Needs you/ })).toHaveCount(0);
  await threads.getByRole("link", { name: /Waiting/ }).click();
  await expect(bo.approval).toBeVisible();
  await expect(bo.conversation.getByText("Waiting for approval").last()).toBeVisible();
  await expect(bo.page.getByText(/Waiting for your/)).toHaveCount(0);
  await expect(bo.approval).toContainText("but not approve in it");
  await expect(bo.approval.getByRole("button", { name: /Approve once/ })).toHaveCount(0);
  await expect(bo.conversation.getByText("Ada", { exact: true })).toBeVisible();
  await expectAccessible(bo.page);
  await bo.page.setViewportSize({ width: 390, height: 844 });

  await sharing.getByLabel("What Bo may do").selectOption("approve");
  await bo.approve();
  await expect(bo.approval).toHaveCount(0);
  await expect(ada.approval).toHaveCount(0);
  for (const [{ conversation }, words] of [
    [ada, "Approved by Bo"],
    [bo, "Approved by you"],
  ] as const) {
    await expect(conversation.getByText("It is done.", { exact: true })).toBeVisible();
    await conversation.getByRole("button", { name: /Worked/ }).evaluate((fold: HTMLElement) => fold.click());
    await expect(conversation.getByText(words)).toBeVisible();
  }

  await sharing.getByRole("button", { name: "Remove Bo" }).click();
  await expect(bo.page.getByRole("main").getByRole("alert")).toContainText("no longer shared with you");
  await expect(bo.page.getByText("It is done.", { exact: true })).toHaveCount(0);
});
