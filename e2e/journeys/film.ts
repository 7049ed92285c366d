/** A recording of what the conversation shows, change by change: what flickers is on it, even for a moment. */
import type { Page } from "../tools/playwright.ts";

/** The texts of all rows at one moment; `null` when there was no conversation on the page. */
export type Frame = readonly string[] | null;

declare global {
  interface Window {
    journeyFilm?: { readonly frames: Frame[]; readonly stop: () => void };
  }
}

export async function startFilm(page: Page): Promise<void> {
  await page.evaluate(() => {
    const frames: Frame[] = [];
    const look = () => {
      const log = document.querySelector('[role="log"]');
      // biome-ignore lint/performance/useDomNodeTextContent: a journey compares what people see
      frames.push(log && [...log.querySelectorAll("article")].map((row) => row.innerText.trim()));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
    window.journeyFilm = { frames, stop: () => observer.disconnect() };
  });
}

export async function stopFilm(page: Page): Promise<readonly Frame[]> {
  return page.evaluate(() => {
    const film = window.journeyFilm;
    film?.stop();
    return film?.frames ?? [];
  });
}

/** Where a row disappeared or its text did anything but grow, while a turn ran; empty when nothing did. */
export function findLosses(frames: readonly Frame[]): string[] {
  const losses: string[] = [];
  let before: readonly string[] = [];
  for (const frame of frames) {
    if (frame === null) return [...losses, "the conversation left the page"];
    const now = frame
      .map(withoutClocks)
      .filter((text) => !/^(Working|Waiting for your approval|Was working when last seen)$/.test(text));
    for (const [at, text] of before.entries()) {
      if (!(now[at] ?? "").startsWith(text))
        losses.push(`row ${at}: ${JSON.stringify(text)} → ${JSON.stringify(now[at])}`);
    }
    before = now;
  }
  return losses;
}

/** What a running turn shows, apart from how long it has been running. */
export function withoutClocks(text: string): string {
  return text.replace(/^(Running|Working|Waiting for your approval) · [\dhms. ]+$/gm, "$1");
}
