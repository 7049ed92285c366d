import { memo } from "react";
import { CopyButton } from "../../ui/copy-button.tsx";
import styles from "./code-block.module.css";
import { useHighlight } from "./use-highlight.ts";

interface CodeBlockProps {
  readonly text: string;
  readonly language: string;
  /** Only finished code is coloured; colouring on every delta would cost more than everything else together. */
  readonly final: boolean;
}

export const CodeBlock = memo(function CodeBlock({ text, language, final }: CodeBlockProps) {
  const lines = useHighlight(text, language, final);
  return (
    <figure className={styles.block}>
      <figcaption className={styles.caption}>
        <span>{language || "text"}</span>
        <CopyButton text={text} label="Copy code" className={styles.copy} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide code scrolls, by keyboard too */}
      <pre className={styles.code} tabIndex={0}>
        <code>
          {lines === null
            ? text
            : lines.map((tokens, line) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of finished code never move
                <span key={line}>
                  {tokens.map((token, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: nor do its tokens
                    <span key={at} style={{ color: token.colour }}>
                      {token.text}
                    </span>
                  ))}
                  {line < lines.length - 1 && "\n"}
                </span>
              ))}
        </code>
      </pre>
    </figure>
  );
});
