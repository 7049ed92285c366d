import { useEffect, useState } from "react";
import type { HighlightedLine } from "./highlight.ts";

/** Coloured lines of `text`, or null until they are there, and for good where the language is not known. */
export function useHighlight(text: string, language: string, enabled: boolean): readonly HighlightedLine[] | null {
  const [lines, setLines] = useState<readonly HighlightedLine[] | null>(null);
  useEffect(() => {
    setLines(null);
    if (!enabled || language === "") return;
    let wanted = true;
    void import("./highlight.ts")
      .then(({ highlight }) => highlight(text, language))
      .then((coloured) => wanted && setLines(coloured))
      .catch(() => {
        // Without colours the code reads as well; a chunk that could not be loaded is tried again with the next block.
      });
    return () => {
      wanted = false;
    };
  }, [text, language, enabled]);
  return lines;
}
