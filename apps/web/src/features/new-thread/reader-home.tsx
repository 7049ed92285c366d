import { useSession, useStore } from "../../session/session-context.ts";
import { Page } from "../shell/page.tsx";
import styles from "./new-thread-page.module.css";

/** The first screen of who may read in the team and not start threads. */
export function ReaderHome() {
  const { threads: list } = useSession();
  const { threads } = useStore(list);
  return (
    <Page currentId={null} skipTo="main" topBar={<h1 className={styles.heading}>Threads</h1>}>
      <title>Skein</title>
      <div className={styles.screen}>
        <div className={styles.column}>
          <h2 className={styles.reader}>
            {threads.length === 0 ? "Nothing is shared with you yet" : "Choose a thread to read"}
          </h2>
          <p className={styles.readerNote}>
            You are a viewer in this team: you see what others share with you. To start threads of your own, ask an
            owner of the team to make you a member.
          </p>
        </div>
      </div>
    </Page>
  );
}
