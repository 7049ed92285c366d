import { writeZip } from "../../packages/executor/src/testing/write-zip.ts";
import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import { runs, says } from "./steps.ts";

test("an archive becomes a workspace, a thread works in it, and it is deleted", async ({ skein, signIn }) => {
  const screen = await signIn();
  const { page } = screen;
  await page.getByRole("button", { name: "Settings and account" }).click();
  await page.getByRole("menuitem", { name: "Workspaces" }).click();
  await page.getByRole("button", { name: "New workspace" }).click();
  await page.getByRole("tab", { name: "Upload" }).click();
  const dialog = page.getByRole("dialog");
  const buffer = writeZip([
    { name: "tides/readme.md", contents: "# Tides\n" },
    { name: "tides/low.txt", contents: "04:12\n" },
  ]);
  await dialog.getByLabel("Archive").setInputFiles({ name: "tide tables.zip", mimeType: "application/zip", buffer });
  await expect(dialog.getByLabel("Name")).toHaveValue("tide-tables");
  await dialog.getByRole("button", { name: "Upload" }).click();

  const row = page.getByRole("listitem").filter({ hasText: "/workspaces/tide-tables" });
  await expect(row).toContainText("3 files");
  await row.getByRole("button", { name: "New thread in tide-tables" }).click();
  skein.model.push([runs("ls -R")], [says("Two files, in one directory.")]);
  await screen.startThread("What is there?");
  await expect(screen.row("Two files, in one directory.")).toBeVisible();
  await screen.settled();
  const address = page.url();

  await page.getByRole("button", { name: "Settings and account" }).click();
  await page.getByRole("menuitem", { name: "Workspaces" }).click();
  await row.getByRole("button", { name: "Details of tide-tables" }).click();
  await expect(row.getByRole("link", { name: "What is there?" })).toBeVisible();
  await row.getByRole("button", { name: "Delete tide-tables" }).click();
  await row.getByRole("button", { name: "Delete its files now" }).click();
  await expect(row).toHaveCount(0);

  await page.goto(address);
  await expect(screen.row("Two files, in one directory.")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "The workspace of this thread was deleted" })).toBeVisible();
  await page.getByRole("textbox", { name: "Message" }).fill("And now?");
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
});

test("an archive that would leave the workspace is refused with the reason", async ({ signIn }) => {
  const { page } = await signIn();
  await page.goto(new URL("/workspaces", page.url()).href);
  await page.getByRole("button", { name: "New workspace" }).click();
  await page.getByRole("tab", { name: "Upload" }).click();
  const buffer = writeZip([{ name: "../evil", contents: "x" }]);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Archive").setInputFiles({ name: "evil.zip", mimeType: "application/zip", buffer });
  await dialog.getByRole("button", { name: "Upload" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "/workspaces/evil" });
  await expect(row).toContainText("../evil");
  await row.getByRole("button", { name: "Remove evil" }).click();
  await row.getByRole("button", { name: "Remove now" }).click();
  await expect(row).toHaveCount(0);
});
