import { type AxeResults, axeSource, type RunOptions } from "../tools/axe.ts";
import { expect, type Page } from "../tools/playwright.ts";

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const schemes = ["light", "dark"] as const;

/** In both appearances and at both widths: no rule broken, and nothing wider than the window. Leaves the page as wide as it was. */
export async function expectAccessible(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const size of sizes) {
    await page.setViewportSize(size);
    await showThreads(page, size.width > 1000);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect(await findProblems(page), `${size.width} px, ${colorScheme}`).toEqual([]);
    }
  }
  if (before === null) return;
  await page.setViewportSize(before);
  await showThreads(page, before.width > 1000);
}

/** On a narrow window the list of threads lies over the page and hides it. */
async function showThreads(page: Page, wanted: boolean): Promise<void> {
  // The page of a link has no list, and comments in it have headers of their own.
  if (new URL(page.url()).pathname === "/shared") return;
  if ((await page.getByRole("main").locator("header").count()) === 0) return;
  const threads = page.getByRole("navigation", { name: "Threads" });
  // The page takes a moment to notice its new width, and may hide or show the list by itself meanwhile.
  await expect(async () => {
    if ((await threads.isVisible()) !== wanted) await page.keyboard.press("Control+B");
    await expect(threads).toBeVisible({ visible: wanted, timeout: 500 });
  }).toPass();
}

async function findProblems(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    const problems = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
    );
    const { scrollWidth } = document.documentElement;
    return scrollWidth > innerWidth ? [...problems, `the page is ${scrollWidth} px wide`] : problems;
  });
}
