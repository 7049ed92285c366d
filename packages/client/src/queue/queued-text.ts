import type { UserInput } from "@skein/protocol/user-input";

/** What a message says in words. */
export function textOf(input: readonly UserInput[]): string {
  return input.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

/** The same message with other words; pictures and whatever else it brings along stay. */
export function withText(input: readonly UserInput[], text: string): UserInput[] {
  return [{ type: "text", text, text_elements: [] }, ...input.filter(({ type }) => type !== "text")];
}
