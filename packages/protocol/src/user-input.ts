/** What a person sends: the parts of one message. */
import { z } from "zod";
import { oneOf } from "./one-of.ts";

/** Offsets are bytes of the UTF-8 text, end exclusive. */
export const textElementSchema = z.object({
  byteRange: z.object({ start: z.int().min(0), end: z.int().min(0) }),
  placeholder: z.string().nullish(),
});
export type TextElement = z.infer<typeof textElementSchema>;

export const imageDetailSchema = z.enum(["auto", "low", "high", "original"]);
export type ImageDetail = z.infer<typeof imageDetailSchema>;

/** A picture or a recording comes as a URL (`data:` included) or as a stored file. */
const urlOrFile = { url: z.string().nullish(), fileId: z.string().nullish() };

export const userInputSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string(), text_elements: z.array(textElementSchema).default([]) }),
  z
    .object({ type: z.literal("image"), ...urlOrFile, detail: imageDetailSchema.nullish() })
    .refine(...oneOf("url", "fileId")),
  z.object({ type: z.literal("localImage"), path: z.string(), detail: imageDetailSchema.nullish() }),
  z.object({ type: z.literal("audio"), ...urlOrFile }).refine(...oneOf("url", "fileId")),
  z.object({ type: z.literal("localAudio"), path: z.string() }),
  z.object({ type: z.literal("skill"), name: z.string(), path: z.string() }),
  z.object({ type: z.literal("mention"), name: z.string(), path: z.string() }),
]);
export type UserInput = z.infer<typeof userInputSchema>;
