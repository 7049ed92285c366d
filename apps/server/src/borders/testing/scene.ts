/** The victim's own doings, by which the server is made to say something. */
import type { Step } from "../../../../../e2e/scripted-model/script.ts";
import { prompt } from "../../testing/prompts.ts";
import type { TestServer } from "../../testing/start-test-server.ts";
import type { TestClient } from "../../testing/test-client.ts";
import { markers } from "./victim.ts";

export interface Scene {
  readonly server: TestServer;
  readonly tenantId: string;
  /** The owner's clients, which both follow the thread: with replay, and without. */
  readonly owner: TestClient;
  readonly plain: TestClient;
  readonly threadId: string;
}

/** Starts a turn of the scene's thread with a word in it that must reach no stranger. */
export async function provokeTurn({ owner, threadId }: Scene, ...responses: readonly (readonly Step[])[]) {
  const input = [{ type: "text", text: markers.threads, text_elements: [] }, ...prompt(...responses)];
  return (await owner.request("turn/start", { threadId, input })).turn.id as string;
}

/** Plays a turn to its end. */
export async function playTurn(scene: Scene, ...responses: readonly (readonly Step[])[]): Promise<void> {
  const turnId = await provokeTurn(scene, ...responses);
  await scene.plain.notified("turn/completed", ({ turn }) => turn.id === turnId);
}
