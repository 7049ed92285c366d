import { Markdown } from "../../markdown/markdown.tsx";
import type { RowProps } from "../row.ts";

export function AgentRow({ row }: RowProps<"agent">) {
  return <Markdown text={row.view.item.text} streaming={row.streaming} />;
}
