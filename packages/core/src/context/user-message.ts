/** What a person wrote, as the raw item that the model reads. */
import type { UserInput } from "@skein/timeline/item";
import type { ResponseInputContent, ResponseInputItem } from "openai/resources/responses/responses";
import type { LoadedImages } from "./images.ts";

/** null for a message without content, which the model need not see. */
export function deriveUserMessage(content: readonly UserInput[], images: LoadedImages): ResponseInputItem | null {
  const parts = content.flatMap((input) => partsOf(input, images));
  return parts.length === 0 ? null : { type: "message", role: "user", content: parts };
}

function partsOf(input: UserInput, images: LoadedImages): readonly ResponseInputContent[] {
  switch (input.type) {
    case "text":
      return [text(input.text)];
    case "image":
      return input.url.startsWith("data:")
        ? [image(input.url)]
        : [text("[An image was attached by address; only images sent along with the message can be shown.]")];
    case "localImage": {
      const loaded = images.get(input.path) ?? { problem: "it was not read" };
      if ("problem" in loaded) return [text(`[The image ${input.path} could not be shown: ${loaded.problem}.]`)];
      return [text(`<image path="${input.path}">`), image(loaded.url), text("</image>")];
    }
    case "skill":
      return [text(`[Skill ${input.name}: ${input.path}]`)];
    case "mention":
      return [text(`[${input.name}](${input.path})`)];
  }
}

function text(value: string): ResponseInputContent {
  return { type: "input_text", text: value };
}

function image(url: string): ResponseInputContent {
  return { type: "input_image", image_url: url, detail: "auto" };
}
