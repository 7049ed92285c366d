import Anser from "anser";
import { type CSSProperties, Fragment, memo } from "react";
import styles from "./command-output.module.css";
import { splitLinks } from "./split-links.ts";

/** One chunk of output, parsed once. The browser skips the layout of chunks that are out of sight. */
export const OutputChunkView = memo(function OutputChunkView({ text }: { readonly text: string }) {
  // Parsed to data, not to HTML: nothing in the output can become markup.
  const parts = Anser.ansiToJson(text, { json: true, remove_empty: true, use_classes: true });
  return (
    <pre className={styles.chunk}>
      {parts.map((part, at) => {
        const style = styleOf(part);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a chunk are replaced as a whole
          <Fragment key={at}>
            {style === null ? (
              <Linked text={part.content} />
            ) : (
              <span style={style}>
                <Linked text={part.content} />
              </span>
            )}
          </Fragment>
        );
      })}
    </pre>
  );
});

function Linked({ text }: { readonly text: string }) {
  if (!text.includes("://")) return text;
  return splitLinks(text).map(({ text: piece, href }, at) =>
    href === null ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text are replaced as a whole
      <a key={at} href={href} target="_blank" rel="noopener noreferrer nofollow">
        {piece}
      </a>
    ),
  );
}

type Part = ReturnType<typeof Anser.ansiToJson>[number];

/** The sixteen colours come from the theme; others are shown without colour, because no contrast can be promised for them. */
function styleOf(part: Part): CSSProperties | null {
  const decorations = new Set(part.decorations);
  const inverted = decorations.has("reverse");
  const colour = inverted ? null : themeColour(part.fg);
  if (colour === null && decorations.size === 0) return null;
  return {
    ...(colour !== null && { color: colour }),
    ...(inverted && { color: "var(--inset)", background: "var(--fg)" }),
    ...(decorations.has("bold") && { fontWeight: 600 }),
    ...(decorations.has("dim") && colour === null && { color: "var(--muted)" }),
    ...(decorations.has("italic") && { fontStyle: "italic" }),
    ...(decorations.has("underline") && { textDecoration: "underline" }),
    ...(decorations.has("strikethrough") && { textDecoration: "line-through" }),
  };
}

const colourNames = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

function themeColour(name: string | null): string | null {
  const match = /^ansi-(bright-)?(\w+)$/.exec(name ?? "");
  const at = match === null ? -1 : colourNames.indexOf(match[2]!);
  return at < 0 ? null : `var(--ansi-${match![1] === undefined ? at : at + 8})`;
}
