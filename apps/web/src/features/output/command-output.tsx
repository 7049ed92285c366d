import { Download } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { formatBytes } from "../../lib/format-bytes.ts";
import { plural } from "../../lib/plural.ts";
import { Button } from "../../ui/button.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import styles from "./command-output.module.css";
import { OutputChunkView } from "./output-chunk.tsx";
import { deriveVisibleOutput, noOutput, splitOutput } from "./split-chunks.ts";

/** From here on an output is more than one reads on the page. */
const longLength = 16_384;

interface CommandOutputProps {
  readonly text: string;
  /** Where it is downloaded from. */
  readonly address: string | null;
}

export function CommandOutput({ text, address }: CommandOutputProps) {
  const split = useRef(noOutput);
  split.current = splitOutput(split.current, text);
  const current = split.current;
  const [showAll, setShowAll] = useState(false);
  const { head, tail, tailFrom, hiddenLines } = useMemo(
    () => deriveVisibleOutput(current, showAll),
    [current, showAll],
  );
  return (
    <>
      <ScrollBox className={styles.output} label="Output">
        {head.map((chunk, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: chunks are only ever appended
          <OutputChunkView key={at} text={chunk.text} />
        ))}
        {hiddenLines > 0 && (
          <div className={styles.hidden}>
            <span>{plural(hiddenLines, "line")} not shown</span>
            <Button look="quiet" onClick={() => setShowAll(true)}>
              Show all {plural(current.lines, "line")}
            </Button>
          </div>
        )}
        {tail.map((chunk, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: chunks are only ever appended
          <OutputChunkView key={tailFrom + at} text={chunk.text} />
        ))}
      </ScrollBox>
      {text.length >= longLength && (
        <p className={styles.footer}>
          {address !== null && (
            <a className={styles.download} href={address} download>
              <Download size={14} aria-hidden="true" /> Download output
            </a>
          )}
          <span>
            {plural(current.lines, "line")}, <OutputSize text={text} />
          </span>
        </p>
      )}
    </>
  );
}

function OutputSize({ text }: { readonly text: string }) {
  return useMemo(() => formatBytes(new Blob([text]).size), [text]);
}
