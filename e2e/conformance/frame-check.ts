import { loadOfficialSchema } from "./official-schema.ts";

/** A frame that went over some socket, in the order of each connection. */
export interface SeenFrame {
  /** Tells sockets apart: request ids are each connection's own. */
  readonly connection: number;
  readonly from: "client" | "server";
  readonly message: { readonly id?: string | number | null; readonly method?: string };
}

/** What the official schema says against what the server sent. One line per complaint. */
export async function complaintsAbout(frames: readonly SeenFrame[]): Promise<readonly string[]> {
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
