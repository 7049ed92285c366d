import { Download } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { plural } from "../../lib/plural.ts";
import { Button } from "../../ui/button.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import styles from "./command-output.module.css";
import { OutputChunkView } from "./output-chunk.tsx";
import { deriveVisibleOutput, noOutput, splitOutput } from "./split-chunks.ts";

interface CommandOutputProps {
  readonly text: string;
  /** Names the download. */
  readonly itemId: string;
}

export function CommandOutput({ text, itemId }: CommandOutputProps) {
  const split = useRef(noOutput);
  split.current = splitOutput(split.current, text);
  const current = split.current;
  const [showAll, setShowAll] = useState(false);
  const { head, tail, tailFrom, hiddenLines } = useMemo(
    () => deriveVisibleOutput(current, showAll),
    [current, showAll],
  );
  return (
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
          <Button look="quiet" onClick={() => download(text, `${itemId}.txt`)}>
            <Download size={14} /> Download
          </Button>
        </div>
      )}
      {tail.map((chunk, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: chunks are only ever appended
        <OutputChunkView key={tailFrom + at} text={chunk.text} />
      ))}
    </ScrollBox>
  );
}

function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
