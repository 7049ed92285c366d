/** What every journey of several people needs: a browser for each of them. */
import { type Browser, test as base, type Page } from "../tools/playwright.ts";

export interface Pages {
  /** A page in a browser of its own. */
  readonly newPage: (width?: number) => Promise<Page>;
}

export const test = base.extend<Pages>({
  newPage: async ({ browser }, use) => {
    const contexts: Awaited<ReturnType<Browser["newContext"]>>[] = [];
    await use(async (width = 1440) => {
      const context = await browser.newContext({ viewport: { width, height: 844 } });
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});
