const units = ["KB", "MB", "GB"] as const;

/** "812 B", "4.1 KB", "12 MB": in thousands, with two digits at least. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const step = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  const rounded = value < 9.95 ? value.toFixed(1) : Math.round(value).toString();
  return rounded === "1000" && step < units.length ? `1.0 ${units[step]}` : `${rounded} ${units[step - 1]}`;
}
