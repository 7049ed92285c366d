import { Link, Redirect } from "wouter";
import { usePerson } from "../../session/person.ts";
import { Page } from "../shell/page.tsx";
import { settingsAreas } from "./settings-areas.tsx";
import styles from "./settings-page.module.css";

/** `path`: of the area, as `settings-areas.tsx` has it. */
export function SettingsPage({ path }: { readonly path: string }) {
  const person = usePerson();
  const areas = settingsAreas.filter(({ isFor }) => isFor?.(person) ?? true);
  const shown = areas.find((area) => area.path === path);
  if (shown === undefined) return <Redirect to="/settings" />;
  const { title, Area } = shown;
  return (
    <Page currentId={null} skipTo="main" topBar={<h1 className={styles.heading}>Settings</h1>}>
      <title>{`${title} – Settings – Skein`}</title>
      <div className={styles.screen}>
        {areas.length > 1 && (
          <nav className={styles.areas} aria-label="Settings">
            {areas.map((area) => (
              <Link
                key={area.path}
                href={`/settings${area.path}`}
                className={styles.area}
                aria-current={area === shown ? "page" : undefined}
              >
                {area.title}
              </Link>
            ))}
          </nav>
        )}
        <div className={styles.column}>
          <Area />
        </div>
      </div>
    </Page>
  );
}
