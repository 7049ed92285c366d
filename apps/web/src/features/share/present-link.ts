import type { ShareLink } from "@skein/protocol/methods/share";
import { plural } from "../../lib/plural.ts";

/** A link in one line, for those who may revoke it. */
export function presentLink(
  { isLive, withHistory, level, expiresAt, opens, createdBy }: ShareLink,
  formatDay: (ms: number) => string,
): string {
  const shown = isLive ? (withHistory ? "whole thread" : "from then on") : "snapshot";
  const until = expiresAt === null ? "no end" : `until ${formatDay(expiresAt)}`;
  return [createdBy, level === "read" ? "read-only" : `may ${level}`, shown, until, `opened ${plural(opens, "time")}`]
    .filter((part) => part !== "")
    .join(" · ");
}
