import { Browser } from "./browser.ts";

/** Goes to the provider as a browser does, signs in there, and gives where it is sent back to: path and query. */
export async function signInThere(url: string, login: string): Promise<string> {
  const { origin } = new URL(url);
  const browser = new Browser(origin);
  let next = url;
  // A page to sign in, one to consent, and redirects between them.
  for (let step = 0; step < 12; step += 1) {
    const { pathname, search } = new URL(next, origin);
    const page = await browser.get(pathname + search);
    next = String(page.headers.location ?? "");
    if (page.status === 200) next = await fillIn(browser, pathname, String(page.body), login);
    if (new URL(next, origin).origin !== origin) return new URL(next).pathname + new URL(next).search;
  }
  throw new Error(`the provider does not send back: ${next}`);
}

async function fillIn(browser: Browser, path: string, page: string, login: string): Promise<string> {
  const prompt = page.includes('value="login"') ? "login" : "consent";
  const answer = await browser.submit(path, { prompt, login, password: "any" });
  if (answer.headers.location === undefined) throw new Error(`the provider answers ${answer.status}: ${answer.body}`);
  return String(answer.headers.location);
}
