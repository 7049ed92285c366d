/**
 * What a journey starts with: a real server with a scripted model behind it, and browsers that sign in as people do, by a
 * link. The server and its model live as long as the worker; every journey makes threads of its own.
 *
 * `localhost` leads through a cable that a journey may pull, `127.0.0.1` straight to the server: the server knows itself
 * under both names, so that two browsers can have a network each.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { complaintsAbout, type SeenFrame } from "../conformance/frame-check.ts";
import { type ScriptedModel, startScriptedModel } from "../scripted-model/scripted-model.ts";
import { Cable } from "../skein/cable.ts";
import { findFreePort } from "../skein/free-port.ts";
import { ServerProcess } from "../skein/server-process.ts";
import { type BrowserContext, test as base, expect } from "../tools/playwright.ts";
import { Screen } from "./screen.ts";
import { watchFrames } from "./watch-frames.ts";

export interface Skein {
  readonly server: ServerProcess;
  readonly model: ScriptedModel;
  /** Between the server and its model. */
  readonly modelCable: Cable;
  /** Between the server and browsers that came by `localhost`. */
  readonly cable: Cable;
  /** A directory in which people may open directories of their own. */
  readonly root: string;
}

export type SignIn = (by?: "cable" | "directly") => Promise<Screen>;

interface Fixtures {
  /** A browser that nobody has signed in. */
  readonly newBrowser: () => Promise<BrowserContext>;
  /** A browser that has used a new link, at the first screen. */
  readonly signIn: SignIn;
}

/** Where playwright.config.ts sends `localhost`. */
const cableHost = "127.0.0.2";

export const test = base.extend<Fixtures, { readonly skein: Skein }>({
  skein: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
    async ({}, use) => {
      const model = await startScriptedModel();
      const modelUrl = new URL(model.baseUrl);
      const modelPort = await findFreePort();
      const modelCable = new Cable(
        { host: "127.0.0.1", port: modelPort },
        { host: modelUrl.hostname, port: Number(modelUrl.port) },
      );
      await modelCable.plugIn();
      const server = await ServerProcess.prepare((home) => ({
        OPENAI_BASE_URL: `http://127.0.0.1:${modelPort}/v1`,
        SKEIN_WORKSPACE_ROOTS: `${join(home, "data/workspaces")}:${join(home, "root")}`,
        LOG_LEVEL: process.env.SKEIN_TEST_LOG ?? "silent",
      }));
      const root = join(server.home, "root");
      await mkdir(root);
      const cable = new Cable({ host: cableHost, port: server.port }, { host: "127.0.0.1", port: server.port });
      await server.start();
      await cable.plugIn();
      await use({ server, model, modelCable, cable, root });
      await cable.pull();
      await server.dispose();
      await modelCable.pull();
      await model.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  newBrowser: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    const frames: (readonly SeenFrame[])[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      frames.push(watchFrames(context));
      return context;
    });
    for (const context of contexts) await context.close();
    // Whatever a journey is about, the server has kept to the protocol on its way.
    for (const seen of frames) expect(await complaintsAbout(seen)).toEqual([]);
  },
  signIn: async ({ skein, newBrowser }, use) => {
    skein.model.clear();
    await use(async (by = "cable") => {
      const page = await (await newBrowser()).newPage();
      const link = await skein.server.newLink();
      await page.goto(by === "cable" ? overCable(link) : link);
      const screen = new Screen(page);
      await screen.message.waitFor();
      return screen;
    });
  },
});

/** The same address, through the cable. */
export function overCable(url: string): string {
  return url.replace("//127.0.0.1:", "//localhost:");
}
