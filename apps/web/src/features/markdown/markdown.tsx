import { memo, useRef } from "react";
import styles from "./markdown.module.css";
import { MarkdownBlock } from "./markdown-block.tsx";
import { type BlockSplit, noBlocks, splitBlocks } from "./split-blocks.ts";

interface MarkdownProps {
  readonly text: string;
  /** While text still arrives, only its last block is rendered again; once finished, the text is rendered whole. */
  readonly streaming: boolean;
}

export const Markdown = memo(function Markdown({ text, streaming }: MarkdownProps) {
  return (
    <div className={styles.prose}>{streaming ? <GrowingText text={text} /> : <MarkdownBlock text={text} final />}</div>
  );
});

function GrowingText({ text }: { readonly text: string }) {
  const split = useRef<BlockSplit>(noBlocks);
  split.current = splitBlocks(split.current, text);
  const { settled, open } = split.current;
  return (
    <>
      {settled.map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: settled blocks never move
        <MarkdownBlock key={at} text={block} final />
      ))}
      {open !== "" && <MarkdownBlock key={settled.length} text={open} final={false} />}
    </>
  );
}
