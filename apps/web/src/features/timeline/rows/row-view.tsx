import { memo } from "react";
import type { Row } from "../row.ts";
import { AgentRow } from "./agent-row.tsx";
import { CommandRow } from "./command-row.tsx";
import { CommentRow } from "./comment-row.tsx";
import { DayRow, DividerRow, OtherRow } from "./divider-row.tsx";
import { ErrorRow } from "./error-row.tsx";
import { FilesRow } from "./files-row.tsx";
import { FoldRow } from "./fold-row.tsx";
import { FooterRow } from "./footer-row.tsx";
import { PlanRow } from "./plan-row.tsx";
import { QuestionsRow } from "./questions-row.tsx";
import { ReasoningRow } from "./reasoning-row.tsx";
import { UnsentRow } from "./unsent-row.tsx";
import { UserRow } from "./user-row.tsx";
import { WarningRow } from "./warning-row.tsx";
import { WorkingRow } from "./working-row.tsx";

/** A row by its kind. Rows are compared by identity: `deriveRows` keeps the object of a row that did not change. */
export const RowView = memo(function RowView({ row }: { readonly row: Row }) {
  switch (row.kind) {
    case "day":
      return <DayRow row={row} />;
    case "user":
      return <UserRow row={row} />;
    case "agent":
      return <AgentRow row={row} />;
    case "reasoning":
      return <ReasoningRow row={row} />;
    case "command":
      return <CommandRow row={row} />;
    case "files":
      return <FilesRow row={row} />;
    case "questions":
      return <QuestionsRow row={row} />;
    case "comment":
      return <CommentRow row={row} />;
    case "warning":
      return <WarningRow row={row} />;
    case "other":
      return <OtherRow row={row} />;
    case "fold":
      return <FoldRow row={row} />;
    case "plan":
      return <PlanRow row={row} />;
    case "error":
      return <ErrorRow row={row} />;
    case "divider":
      return <DividerRow row={row} />;
    case "footer":
      return <FooterRow row={row} />;
    case "working":
      return <WorkingRow row={row} />;
    case "unsent":
      return <UnsentRow row={row} />;
  }
});
