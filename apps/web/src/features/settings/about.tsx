import { useCatalog } from "../../session/catalog.tsx";
import styles from "./settings-page.module.css";

const isolationWords = {
  bubblewrap: "Sandboxed with bubblewrap",
  landlock: "Sandboxed with Landlock",
  external: "Run in environments elsewhere",
  none: "Not sandboxed",
} as const;

export function About() {
  const { server } = useCatalog();
  if (server === null) return <p className={styles.note}>Waiting for the server.</p>;
  return (
    <dl className={styles.facts}>
      <dt>Signed in as</dt>
      <dd>{server.principal.name}</dd>
      <dt>Model</dt>
      <dd>{server.model.kind === "demo" ? "Demo model (scripted answers)" : server.model.name}</dd>
      <dt>Commands</dt>
      <dd>{isolationWords[server.isolation]}</dd>
      <dt>Skein</dt>
      <dd>{server.version}</dd>
      <dt>Protocol</dt>
      <dd>{server.protocolVersion}</dd>
    </dl>
  );
}
