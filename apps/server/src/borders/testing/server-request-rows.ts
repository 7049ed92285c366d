/** How each request of the server's is brought about, and what an answer to it would be. */
import type { ServerRequestMethod, ServerRequestResponse } from "@skein/protocol/server-requests";
import { asks, patches, runs, says } from "../../testing/prompts.ts";
import { provokeTurn, type Scene } from "./scene.ts";

export interface ServerRequestRow<M extends ServerRequestMethod> {
  /** Gives the turn that waits. */
  readonly provoke: (scene: Scene) => Promise<string>;
  readonly answer: ServerRequestResponse<M>;
}

const answer = says("An answer.");

export const serverRequestRows: { readonly [M in ServerRequestMethod]: ServerRequestRow<M> } = {
  "item/commandExecution/requestApproval": {
    provoke: async (scene) => {
      await untrusted(scene);
      return provokeTurn(scene, [runs("touch x")], [answer]);
    },
    answer: { decision: "accept" },
  },
  "item/fileChange/requestApproval": {
    provoke: async (scene) => {
      await untrusted(scene);
      return provokeTurn(scene, [patches("*** Add File: made.txt", "+made")], [answer]);
    },
    answer: { decision: "accept" },
  },
  "item/tool/requestUserInput": {
    provoke: (scene) => provokeTurn(scene, [asks({ id: "q", header: "Why", question: "Why so?" })], [answer]),
    answer: { answers: { q: { answers: ["Because."] } } },
  },
};

async function untrusted({ owner, threadId }: Scene): Promise<void> {
  await owner.request("thread/settings/update", {
    threadId,
    approvalPolicy: "untrusted",
    sandboxPolicy: { type: "readOnly" },
  });
}
