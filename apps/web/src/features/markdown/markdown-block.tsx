import { memo } from "react";
import ReactMarkdown, { type Components, type ExtraProps } from "react-markdown";
import remarkGfm from "remark-gfm";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { CodeBlock } from "./code-block.tsx";
import styles from "./markdown.module.css";
import { safeLink } from "./safe-link.ts";

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
      <ScrollBox className={styles.tableScroll} label="Table">
        <table>{children}</table>
      </ScrollBox>
    ),
    // Levels are for the eye: in the page's outline every one stands right below the thread's title.
    h1: ({ children }) => <h2 data-level="1">{children}</h2>,
    h3: ({ children }) => <h2 data-level="3">{children}</h2>,
    h4: ({ children }) => <h2 data-level="3">{children}</h2>,
    h5: ({ children }) => <h2 data-level="3">{children}</h2>,
    h6: ({ children }) => <h2 data-level="3">{children}</h2>,
    pre: ({ node, children }) => {
      const code = node?.children[0];
      if (code?.type !== "element" || code.tagName !== "code") return <pre>{children}</pre>;
      const text = code.children.map((child) => (child.type === "text" ? child.value : "")).join("");
      const names = code.properties.className;
      const language = Array.isArray(names) ? String(names[0] ?? "").replace(/^language-/, "") : "";
      return <CodeBlock text={text.replace(/\n$/, "")} language={language} final={final} />;
    },
  };
}

const finalComponents = components(true);
const openComponents = components(false);

export const MarkdownBlock = memo(function MarkdownBlock({
  text,
  final,
}: {
  readonly text: string;
  readonly final: boolean;
}) {
  return (
    <ReactMarkdown
      remarkPlugins={plugins}
      components={final ? finalComponents : openComponents}
      urlTransform={safeLink}
    >
      {text}
    </ReactMarkdown>
  );
});
