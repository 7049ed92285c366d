/** The address of a link in a model's text, or "" for one that is not a plain web or mail address. */
export function safeLink(address: string): string {
  if (!URL.canParse(address)) return "";
  const { protocol } = new URL(address);
  return protocol === "https:" || protocol === "http:" || protocol === "mailto:" ? address : "";
}
