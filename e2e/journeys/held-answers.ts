import type { Page } from "../tools/playwright.ts";

/** What a server says to a browser, kept back from the answer to a chosen request on, until it is released or the page left. */
export class HeldAnswers {
  #heldFrom: string | null = null;
  #pass: (() => void) | null = null;
  #kept: (() => void)[] = [];

  /** Holds for sockets that are opened from now on. */
  static async between(page: Page): Promise<HeldAnswers> {
    const held = new HeldAnswers();
    await page.routeWebSocket(/\/ws$/, (browser) => {
      const server = browser.connectToServer();
      let isHolding = false;
      held.#pass = () => {
        isHolding = false;
      };
      held.#kept = [];
      browser.onMessage((text) => {
        if (JSON.parse(String(text)).method === held.#heldFrom) isHolding = true;
        server.send(text);
      });
      server.onMessage((text) => {
        if (isHolding) held.#kept.push(() => browser.send(text));
        else browser.send(text);
      });
    });
    return held;
  }

  /** The next time that the browser asks for this. */
  holdFrom(method: string): void {
    this.#heldFrom = method;
  }

  /** Lets through what was kept, in order, and all that follows. */
  release(): void {
    this.#heldFrom = null;
    for (const send of this.#kept.splice(0)) send();
    this.#pass?.();
  }
}
