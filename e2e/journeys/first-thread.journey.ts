import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../tools/playwright.ts";
import { overCable, test } from "./journey.ts";
import { Screen } from "./screen.ts";
import { asksToRun, gate, patches, says } from "./steps.ts";

test("from the printed link to a file on disk and its diff on the screen", async ({ skein, newBrowser }) => {
  const { model, server } = skein;
  // The link that counts is the newest: this server's, once it has started anew.
  await server.stop();
  await server.start();
  const page = await (await newBrowser()).newPage();
  const screen = new Screen(page);
  await page.goto(overCable(server.printedLink));
  await expect(page).toHaveURL(/localhost:\d+\/$/);
  await screen.makeWorkspace("first-steps");

  model.push(
    [
      says("I will write a **note** ", gate("first-words"), "and check it."),
      asksToRun("echo one > note.txt; cat note.txt", "May I write the note?"),
    ],
    [patches("*** Update File: note.txt", "@@", "-one", "+two")],
    [says("Done: the note says `two`.\n\n- written\n- checked")],
  );
  await screen.startThread("Write a note, please");
  await expect(screen.row("I will write a").getByRole("strong")).toHaveText("note");
  await expect(screen.stopButton).toBeVisible();
  model.releaseGate("first-words");

  await expect(screen.approval).toContainText("echo one > note.txt; cat note.txt");
  await expect(screen.approval).toContainText("May I write the note?");
  const note = join(await server.workspacePath("first-steps"), "note.txt");
  await expect(stat(note)).rejects.toThrow("ENOENT");
  await screen.approve();

  await expect(screen.approval).toHaveCount(0);
  await screen.settled();
  await expect(screen.row("Done: the note says").getByRole("listitem")).toHaveText(["written", "checked"]);
  expect(await readFile(note, "utf8")).toBe("two\n");

  await screen.unfold();
  await expect(screen.command("echo one > note.txt; cat note.txt")).toContainText("one");
  await screen.page.getByRole("button", { name: /^1 file changed/ }).click();
  const file = screen.details.getByRole("region", { name: "note.txt" });
  await expect(file).toContainText("one");
  await expect(file).toContainText("two");
});

test("a link signs in once", async ({ skein, newBrowser }) => {
  const link = await skein.server.newLink();
  const first = await (await newBrowser()).newPage();
  await first.goto(link);
  await expect(first.getByRole("heading", { name: "New thread" })).toBeVisible();
  for (const refused of [link, link.replace(/token=.*/, "token=of-somebody-else"), link.replace(/\?.*/, "")]) {
    const second = await (await newBrowser()).newPage();
    const response = await second.goto(refused);
    expect(response?.status()).toBe(403);
    await expect(second.getByRole("heading", { name: "This sign-in link does not work" })).toBeVisible();
    await second.getByRole("link", { name: "Go to Skein" }).click();
    await expect(second.getByRole("heading", { name: "Sign in to Skein" })).toBeVisible();
  }
});

test("a link that is pasted into the page signs in", async ({ skein, newBrowser }) => {
  const page = await (await newBrowser()).newPage();
  await page.goto(skein.server.url);
  const field = page.getByLabel("Sign-in link or token");
  await field.fill("nonsense with spaces");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Paste the whole link")).toBeVisible();
  await field.fill(await skein.server.newLink());
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "New thread" })).toBeVisible();
});
