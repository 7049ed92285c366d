/** A person's message, from the wire's parts to the log's. */
import { errors, type ProtocolError } from "@skein/protocol/errors";
import type { UserInput as WireInput } from "@skein/protocol/user-input";
import type { UserInput } from "@skein/timeline/item";

/** Upstream's limit: all text of one message, in characters. */
const maxTextChars = 1_048_576;

export type ReadInput =
  | { readonly ok: true; readonly content: readonly UserInput[] }
  | { readonly ok: false; readonly refusal: ProtocolError };

export function readInput(parts: readonly WireInput[]): ReadInput {
  const chars = parts.reduce((sum, part) => sum + (part.type === "text" ? part.text.length : 0), 0);
  if (chars > maxTextChars) return { ok: false, refusal: errors.inputTooLarge(maxTextChars, chars) };
  if (!parts.some(hasContent)) return { ok: false, refusal: errors.emptyInput() };
  const content: UserInput[] = [];
  for (const part of parts) {
    const read = readPart(part);
    if (read === null) return { ok: false, refusal: errors.unsupported(`input of type ${part.type}`) };
    content.push(read);
  }
  return { ok: true, content };
}

function hasContent(part: WireInput): boolean {
  return part.type !== "text" || part.text.trim() !== "";
}

/** null: a kind that Skein cannot give to a model. */
function readPart(part: WireInput): UserInput | null {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text, textElements: part.text_elements };
    case "image":
      // A web address would make the server fetch what somebody else names.
      return part.url?.startsWith("data:image/") ? { type: "image", url: part.url } : null;
    case "localImage":
      return { type: "localImage", path: part.path };
    case "skill":
    case "mention":
      return { type: part.type, name: part.name, path: part.path };
    case "audio":
    case "localAudio":
      return null;
  }
}
