/** Images that a person attached, read from the workspace and made into what the model takes. */
import type { UserInput } from "@skein/timeline/item";
import type { Environment } from "../ports.ts";

/** By path: a data URL, or why there is none. */
export type LoadedImages = ReadonlyMap<string, { readonly url: string } | { readonly problem: string }>;

const maxImageBytes = 20 * 1024 * 1024;

export async function loadImages(
  content: readonly UserInput[],
  environment: Environment | null,
): Promise<LoadedImages> {
  const images = new Map<string, { url: string } | { problem: string }>();
  for (const input of content) {
    if (input.type !== "localImage" || images.has(input.path)) continue;
    images.set(input.path, await loadImage(input.path, environment));
  }
  return images;
}

async function loadImage(
  path: string,
  environment: Environment | null,
): Promise<{ url: string } | { problem: string }> {
  if (environment === null) return { problem: "this thread has no workspace" };
  try {
    const bytes = await environment.readFile(path, maxImageBytes);
    if (bytes === null) return { problem: "there is no such file" };
    const mediaType = mediaTypeOf(bytes);
    if (mediaType === null) return { problem: "it is not a PNG, JPEG, GIF or WebP image" };
    return { url: `data:${mediaType};base64,${Buffer.from(bytes).toString("base64")}` };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function mediaTypeOf(bytes: Uint8Array): string | null {
  const starts = (text: string, at = 0) => [...text].every((char, index) => bytes[at + index] === char.charCodeAt(0));
  if (starts("\x89PNG")) return "image/png";
  if (starts("\xff\xd8\xff")) return "image/jpeg";
  if (starts("GIF8")) return "image/gif";
  if (starts("RIFF") && starts("WEBP", 8)) return "image/webp";
  return null;
}
