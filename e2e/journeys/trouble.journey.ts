import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import { says } from "./steps.ts";

test("a model that cannot be reached is waited for, visibly", async ({ skein, signIn }) => {
  const screen = await signIn();
  await skein.modelCable.pull();
  await screen.startThread("Is anybody there?");
  await expect(screen.row("Working")).toContainText("waiting for the network");
  skein.model.push([says("Now I am here.")]);
  await skein.modelCable.plugIn();
  await expect(screen.row("Now I am here.")).toBeVisible();
  await screen.settled();
});

test("a turn that waits for its model can be stopped", async ({ skein, signIn }) => {
  const screen = await signIn();
  await skein.modelCable.pull();
  await screen.startThread("Nobody is there");
  await expect(screen.row("Working")).toContainText("waiting for the network");
  await screen.stopButton.click();
  await expect(screen.row("Stopped")).toBeVisible();
  await skein.modelCable.plugIn();
  skein.model.push([says("Back again.")]);
  await screen.reply("And now?");
  await expect(screen.row("Back again.")).toBeVisible();
});

test("a model that refuses ends the turn with its reason; a retry works", async ({ skein, signIn }) => {
  const screen = await signIn();
  const body = {
    error: { message: "Incorrect API key provided: sk-no.", type: "invalid_request_error", code: "invalid_api_key" },
  };
  skein.model.push([{ type: "status", status: 401, body }]);
  await screen.startThread("Use a bad key");
  const error = screen.conversation.getByRole("region", { name: "Error" });
  await expect(error).toContainText("refused the server's credentials (401)");
  await screen.settled();
  skein.model.push([says("The key is good now.")]);
  await error.getByRole("button", { name: "Retry" }).click();
  await expect(screen.row("The key is good now.")).toBeVisible();
  await screen.settled();
});

test("a prompt beyond the limit is refused where it was written; the thread stays usable", async ({
  skein,
  signIn,
}) => {
  const screen = await signIn();
  skein.model.push([says("First answer.")]);
  await screen.startThread("A small prompt");
  await expect(screen.row("First answer.")).toBeVisible();
  await screen.settled();
  const huge = "too long ".repeat(150_000);
  await screen.send(huge);
  const unsent = screen.rows.filter({ hasText: "Not sent:" });
  await expect(unsent).toContainText("1048576");
  await unsent.getByRole("button", { name: "Delete" }).click();
  await expect(unsent).toHaveCount(0);
  skein.model.push([says("Second answer.")]);
  await screen.reply("A small one again");
  await expect(screen.row("Second answer.")).toBeVisible();
});

test("a thread that does not exist says so", async ({ signIn }) => {
  const screen = await signIn();
  for (const id of ["0197c000-0000-7000-8000-000000000000", "no-id-at-all"]) {
    await screen.page.goto(new URL(`/t/${id}`, screen.page.url()).href);
    await expect(screen.page.getByRole("alert")).toContainText("There is no such thread");
  }
});
