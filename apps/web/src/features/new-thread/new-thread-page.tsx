import { FolderOpen, FolderPlus, Unplug } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { useStoredState } from "../../lib/stored-state.ts";
import { useCatalog } from "../../session/catalog.tsx";
import { Button } from "../../ui/button.tsx";
import { Composer } from "../composer/composer.tsx";
import { useDraft } from "../composer/use-draft.ts";
import { useSendBlock } from "../connection/use-send-block.ts";
import { ModelMenu } from "../policy/model-menu.tsx";
import { PolicyMenu } from "../policy/policy-menu.tsx";
import { defaultPolicy, type PolicyName } from "../policy/policy-preset.ts";
import { Page } from "../shell/page.tsx";
import { NewWorkspaceDialog } from "../workspaces/new-workspace-dialog.tsx";
import { choosePlace, cwdOf, mayHaveWorktree, type Place, placeProblem } from "./choose-place.ts";
import { DemoNote } from "./demo-note.tsx";
import { DirectoryDialog } from "./directory-dialog.tsx";
import styles from "./new-thread-page.module.css";
import { PlaceMenu } from "./place-menu.tsx";
import { useRunnerWatch } from "./use-runner-watch.ts";
import { useStartThread } from "./use-start-thread.ts";

/** The first screen: what to do, where, and under which rules. */
export function NewThreadPage() {
  const { workspaces, models, server, failure, reload } = useCatalog();
  const [lastCwd, setLastCwd] = useStoredState<string | null>("skein.last-cwd", null);
  const [policy, setPolicy] = useStoredState<PolicyName>("skein.policy", defaultPolicy);
  const [chosen, setChosen] = useState<Place | null>(null);
  const [model, setModel] = useState<string | null>(null);
  const [dialog, setDialog] = useState<"create" | "open" | null>(null);
  const [, navigate] = useLocation();
  const draft = useDraft("new");
  const place = chosen ?? choosePlace(workspaces ?? [], lastCwd);
  const [wantsWorktree, setWantsWorktree] = useStoredState("skein.worktree", false);
  const worktree = wantsWorktree && mayHaveWorktree(place);
  const start = useStartThread();
  const offline = useSendBlock();
  const problem = placeProblem(place, workspaces ?? []);
  useRunnerWatch(problem !== null || start.busy);
  const blocked = offline ?? (start.busy ? "Starting…" : problem);

  const send = async (text: string) => {
    const started = await start.run({ text, cwd: cwdOf(place), model, policy, worktree });
    if (started) setLastCwd(cwdOf(place));
    else draft.change(text);
  };
  return (
    <Page currentId={null} topBar={<h1 className={styles.heading}>New thread</h1>}>
      <title>Skein</title>
      <div className={styles.screen}>
        <div className={styles.column}>
          <div className={styles.question}>
            <h2>What should we do in</h2>
            <PlaceMenu
              workspaces={workspaces ?? []}
              place={place}
              onChoose={setChosen}
              onCreate={() => setDialog("create")}
              onOpen={() => setDialog("open")}
              onLook={() => void reload()}
            />
          </div>
          {problem !== null && (
            <p className={styles.away} aria-live="polite">
              <Unplug size={14} aria-hidden="true" />
              <span>{problem} Threads can start here when it is back.</span>
            </p>
          )}
          {workspaces?.length === 0 && place.type === "default" && (
            <div className={styles.empty}>
              <p>A workspace is a directory that the agent works in. Without a choice, one is made for you.</p>
              <Button onClick={() => setDialog("create")}>
                <FolderPlus size={16} /> New workspace
              </Button>
              <Button onClick={() => setDialog("open")}>
                <FolderOpen size={16} /> Open a directory
              </Button>
            </div>
          )}
          <Composer
            draft={draft}
            label="Message"
            placeholder="Describe a task, or ask about the code…"
            running={false}
            stopping={false}
            stopArmed={false}
            blocked={blocked}
            docked={false}
            focused
            onSend={(text) => void send(text)}
            onStop={() => {}}
            bar={
              <>
                <PolicyMenu value={policy} onChoose={setPolicy} />
                <ModelMenu models={models} value={model} demo={server?.model.kind === "demo"} onChoose={setModel} />
              </>
            }
          />
          {mayHaveWorktree(place) && (
            <label className={styles.worktree}>
              <input
                type="checkbox"
                checked={wantsWorktree}
                onChange={(event) => setWantsWorktree(event.target.checked)}
              />
              <span>
                In a worktree of its own
                <span className={styles.worktreeNote}>
                  On a branch of its own, beside what others do there. The branch stays when the thread is deleted, if
                  it holds work.
                </span>
              </span>
            </label>
          )}
          {start.busy && <p role="status">Starting the thread…</p>}
          {(start.error ?? failure) && (
            <p className={styles.error} role="alert">
              {start.error ?? `Could not ask the server what it offers: ${failure}`}
            </p>
          )}
          {server?.model.kind === "demo" && <DemoNote />}
          {/* Of a runner that is away nothing is known. */}
          {server?.isolation === "none" && problem === null && (
            <p className={styles.demo}>Commands run without a sandbox on this server.</p>
          )}
        </div>
      </div>
      <NewWorkspaceDialog
        open={dialog === "create"}
        onClose={() => setDialog(null)}
        onMade={(workspace) =>
          workspace === null ? navigate("/workspaces") : setChosen({ type: "workspace", workspace })
        }
      />
      <DirectoryDialog open={dialog === "open"} onClose={() => setDialog(null)} onChoose={setChosen} />
    </Page>
  );
}
