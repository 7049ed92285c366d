import { memo } from "react";
import ReactMarkdown, { type Components, type ExtraProps } from "react-markdown";
import remarkGfm from "remark-gfm";
import { CodeBlock } from "./code-block.tsx";
import { safeLink } from "./safe-link.ts";
import styles from "./markdown.module.css";

type ElementProps = ExtraProps & { readonly children?: React.ReactNode };

const plugins = [remarkGfm];

/**
 * What the model writes is not trusted: raw HTML stays text, links go to the web only, and an image is shown as a link,
 * because loading it would tell a stranger's server who reads this, with whatever the address carries.
 */
function components(final: boolean): Components {
  return {
    a: ({ href, children }) => (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ),
    img: ({ src, alt }) =>
      typeof src === "string" && src !== "" ? (
        <a href={src} target="_blank" rel="noopener noreferrer nofollow">
          {alt || "image"} (image, not loaded)
        </a>
      ) : (
        <span>{alt}</span>
      ),
    table: ({ children }: ElementProps) => (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, by keyboard too
      <div className={styles.tableScroll} tabIndex={0} role="group" aria-label="Table">
        <table>{children}</table>
      </div>
    ),
    // The h1 of the page is the thread's title.
    h1: ({ children }) => <h2>{children}</h2>,
    h2: ({ children }) => <h3>{children}</h3>,
    h3: ({ children }) => <h4>{children}</h4>,
    pre: ({ node, children }) => {
      const code = node?.children[0];
      if (code?.type !== "element" || code.tagName !== "code") return <pre>{children}</pre>;
      const text = code.children.map((child) => (child.type === "text" ? child.value : "")).join("");
      const names = code.properties["className"];
      const language = Array.isArray(names) ? String(names[0] ?? "").replace(/^language-/, "") : "";
      return <CodeBlock text={text.replace(/\n$/, "")} language={language} final={final} />;
    },
  };
}

const finalComponents = components(true);
const openComponents = components(false);

export const MarkdownBlock = memo(function MarkdownBlock({ text, final }: { readonly text: string; readonly final: boolean }) {
  return (
    <ReactMarkdown remarkPlugins={plugins} components={final ? finalComponents : openComponents} urlTransform={safeLink}>
      {text}
    </ReactMarkdown>
  );
});
