import { Eye, Users } from "lucide-react";
import { classNames } from "../../ui/class-names.ts";
import { Menu, MenuNote } from "../../ui/menu.tsx";
import styles from "./faces.module.css";
import type { Face, Presence } from "./present-presence.ts";

const maxFaces = 3;

/** Who else has the thread open: initials beside each other, names at a press. Nobody else: nothing. */
export function Faces({ presence }: { readonly presence: Presence }) {
  const { faces, members, viewers, words } = presence;
  if (words === null) return null;
  const shown = faces.slice(0, maxFaces);
  const more = faces.length - shown.length + members;
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className={styles.faces}>
          <span className="visually-hidden">Also here: {words}</span>
          <span className={styles.wide} aria-hidden="true">
            {shown.map((face) => (
              <FaceMark key={face.who} face={face} />
            ))}
            {more > 0 && <span className={styles.face}>+{more}</span>}
            {viewers > 0 && (
              <span className={classNames(styles.face, styles.viewers)}>
                <Eye size={13} aria-hidden="true" /> {viewers}
              </span>
            )}
          </span>
          <span className={classNames(styles.face, styles.narrow)} aria-hidden="true">
            <Users size={13} aria-hidden="true" /> {faces.length + members + viewers}
          </span>
        </button>
      }
    >
      <MenuNote label="Also here">
        <ul className={styles.names}>
          {faces.map((face) => (
            <li key={face.who}>
              <FaceMark face={face} /> {face.name}
              {face.isViewer && <span className={styles.how}>by link</span>}
            </li>
          ))}
          {members > 0 && <li>{members} more of the team</li>}
          {viewers > 0 && (
            <li>
              <span className={styles.face}>
                <Eye size={13} aria-hidden="true" />
              </span>
              {viewers === 1 ? "Somebody with the link" : `${viewers} people with the link`}
            </li>
          )}
        </ul>
      </MenuNote>
    </Menu>
  );
}

function FaceMark({ face: { initials, isViewer } }: { readonly face: Face }) {
  return (
    <span className={classNames(styles.face, isViewer && styles.guest)} aria-hidden="true">
      {initials}
    </span>
  );
}
