import type { SeenFrame } from "../conformance/frame-check.ts";
import type { BrowserContext } from "../tools/playwright.ts";

/** Keeps every frame that the pages of a browser exchange with the server. */
export function watchFrames(context: BrowserContext): readonly SeenFrame[] {
  const frames: SeenFrame[] = [];
  let connections = 0;
  context.on("page", (page) => {
    page.on("websocket", (socket) => {
      connections += 1;
      const connection = connections;
      const keep = (from: SeenFrame["from"]) => (frame: { payload: string | Buffer }) => {
        frames.push({ connection, from, message: JSON.parse(frame.payload.toString()) });
      };
      socket.on("framesent", keep("client"));
      socket.on("framereceived", keep("server"));
    });
  });
  return frames;
}
