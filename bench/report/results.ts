/** What was measured, round by round, and the table that people read. */
import type { Figure, Unit } from "../scenario/scenario.ts";
import { median } from "./percentile.ts";

interface Series {
  readonly name: string;
  readonly unit: Unit;
  readonly values: number[];
}

/** The figures of one scenario, by server. */
export class Results {
  readonly #servers: readonly string[];
  readonly #series = new Map<string, Map<string, Series>>();

  constructor(servers: readonly string[]) {
    this.#servers = servers;
  }

  add(server: string, figures: readonly Figure[]): void {
    for (const { name, unit, value } of figures) {
      const row = this.#series.get(name) ?? new Map<string, Series>();
      const series = row.get(server) ?? { name, unit, values: [] };
      series.values.push(value);
      row.set(server, series);
      this.#series.set(name, row);
    }
  }

  /** A Markdown table: the median of the rounds, and in brackets the least and the greatest. */
  table(): string {
    const header = [
      ["figure", ...this.#servers],
      ["---", ...this.#servers.map(() => "---:")],
    ];
    const rows = [...this.#series].map(([name, row]) => [
      name,
      ...this.#servers.map((server) => presentSeries(row.get(server))),
    ]);
    return [...header, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  }
}

function presentSeries(series: Series | undefined): string {
  if (series === undefined) return "–";
  const { unit, values } = series;
  const [least, greatest] = [Math.min(...values), Math.max(...values)].map((value) => presentNumber(value, unit));
  const range = values.length === 1 ? "" : ` (${least}–${greatest})`;
  return `${presentNumber(median(values), unit)} ${unit}${range}`;
}

function presentNumber(value: number, unit: Unit): string {
  switch (unit) {
    case "s":
      return value.toFixed(2);
    case "ms":
    case "µs":
      return value.toFixed(1);
    case "KiB":
      return value < 100 ? value.toFixed(1) : value.toFixed(0);
    case "%":
    case "characters":
    case "events/s":
    case "sockets/s":
      return value.toFixed(0);
  }
}
