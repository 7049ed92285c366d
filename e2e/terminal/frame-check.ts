import { loadOfficialSchema } from "../conformance/official-schema.ts";
import type { RecordedFrame } from "./recording-proxy.ts";

/** What the official schema says against what the server sent. One line per complaint. */
export async function complaintsAbout(frames: readonly RecordedFrame[]): Promise<readonly string[]> {
  const schema = await loadOfficialSchema();
  const asked = new Map<string, string>();
  return frames.flatMap(({ connection, from, message }) => {
    const { id, method } = message;
    const key = `${connection} ${JSON.stringify(id)}`;
    if (from === "client") {
      if (id !== undefined && method !== undefined) asked.set(key, method);
      return [];
    }
    const requestMethod = method === undefined ? asked.get(key) : undefined;
    return schema.validateServerFrame(message, requestMethod === undefined ? {} : { requestMethod });
  });
}
