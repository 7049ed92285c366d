import { Link } from "wouter";
import { formatTokens } from "./present-usage.ts";
import styles from "./usage-table.module.css";

interface Sums {
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
}

export interface UsageRow {
  readonly key: string;
  readonly name: string;
  readonly href?: string | null;
  readonly sums: Sums;
}

/** Tokens by whatever the caption says. On a phone only the sum stands beside the name. */
export function UsageTable({ caption, rows }: { readonly caption: string; readonly rows: readonly UsageRow[] }) {
  return (
    <table className={styles.table}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className={styles.hidden}>Name</span>
          </th>
          <th scope="col" className={styles.detail}>
            Calls
          </th>
          <th scope="col" className={styles.detail}>
            Input
          </th>
          <th scope="col" className={styles.detail}>
            Output
          </th>
          <th scope="col">Tokens</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, href, sums }) => (
          <tr key={key}>
            <th scope="row">{href ? <Link href={href}>{name}</Link> : name}</th>
            <td className={styles.detail}>{sums.calls.toLocaleString("en")}</td>
            <td className={styles.detail}>{formatTokens(sums.inputTokens)}</td>
            <td className={styles.detail}>{formatTokens(sums.outputTokens)}</td>
            <td>{formatTokens(sums.totalTokens)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
