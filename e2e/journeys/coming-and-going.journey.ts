import { expect } from "../tools/playwright.ts";
import { overCable, test } from "./journey.ts";
import { Screen } from "./screen.ts";
import { gate, says } from "./steps.ts";

test("signing out ends every page of the browser, and drafts wait for the next sign-in", async ({
  skein,
  newBrowser,
}) => {
  const context = await newBrowser();
  const [page, other] = [await context.newPage(), await context.newPage()];
  await page.goto(await skein.server.newLink());
  const screen = new Screen(page);
  await screen.message.fill("Not finished yet");
  await other.goto(skein.server.url);
  await expect(other.getByRole("heading", { name: "New thread" })).toBeVisible();
  await page.getByRole("button", { name: "Settings and account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Skein" })).toBeVisible();
  await expect(other.getByText("You are signed out. Drafts are kept.")).toBeVisible();
  await other.getByRole("button", { name: "Sign in" }).click();
  await expect(other.getByRole("heading", { name: "Sign in to Skein" })).toBeVisible();
  await page.goto(await skein.server.newLink());
  await expect(screen.message).toHaveValue("Not finished yet");
});

test("a thread goes on while its page is closed or shows another", async ({ skein, signIn }) => {
  const screen = await signIn();
  skein.model.push([says("Here, ", gate("here"), "there ", gate("there"), "and everywhere.")]);
  await screen.startThread("Go on without me");
  await expect(screen.row("Here,")).toBeVisible();
  const address = screen.page.url();
  await screen.page.getByRole("link", { name: "New thread" }).click();
  await expect(screen.conversation).toHaveCount(0);
  skein.model.releaseGate("here");
  await screen.page.getByRole("link", { name: /^Running: Go on without me/ }).click();
  await expect(screen.row("Here, there")).toBeVisible();
  await screen.page.goto("about:blank");
  skein.model.releaseGate("there");
  await screen.page.goto(address);
  await expect(screen.row("Here, there and everywhere.")).toBeVisible();
  await screen.settled();
});

test("the network goes and comes many times in one answer", async ({ skein, signIn }) => {
  const [left, stayed] = [await signIn("cable"), await signIn("directly")];
  const words = Array.from({ length: 4 }, (_, at) => [`word${at} `, gate(`flap${at}`)]).flat();
  skein.model.push([says(...words, "end.")]);
  for (const screen of [left, stayed]) await screen.standTall();
  await left.startThread("Stay on the line");
  await stayed.follow(left);
  for (let at = 0; at < 4; at++) {
    await expect(stayed.row(`word${at}`)).toBeVisible();
    await skein.cable.pull();
    skein.model.releaseGate(`flap${at}`);
    await skein.cable.plugIn();
    if (at % 2 === 1) await expect(left.row(`word${at}`)).toBeVisible();
  }
  for (const screen of [left, stayed]) await screen.settled();
  await expect(left.row("word0 word1 word2 word3 end.")).toBeVisible();
  expect(await left.transcript()).toEqual(await stayed.transcript());
});

test("a page that finds no server says so and goes on when there is one", async ({ skein, signIn }) => {
  const screen = await signIn();
  const page = await screen.page.context().newPage();
  // What a browser that has been here before still has is the page; only the server is away.
  await page.route("**/api/session", (route) => route.abort());
  await page.goto(overCable(skein.server.url));
  await expect(page.getByRole("heading", { name: "Skein is not reachable" })).toBeVisible();
  await page.unroute("**/api/session");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "New thread" })).toBeVisible();
});
