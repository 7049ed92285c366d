import { type RefObject, useLayoutEffect } from "react";

const maxLines = 10;

/** Makes a text area as high as its text, up to ten lines. */
export function useAutogrow(area: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    element.style.height = "auto";
    const lineHeight = Number.parseFloat(getComputedStyle(element).lineHeight);
    const padding = element.offsetHeight - element.clientHeight + 16;
    element.style.height = `${Math.min(element.scrollHeight, maxLines * lineHeight + padding)}px`;
  }, [text]);
}
