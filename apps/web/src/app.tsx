import { lazy, Suspense, useEffect } from "react";
import { Redirect, Route, Switch } from "wouter";
import { NewThreadPage } from "./features/new-thread/new-thread-page.tsx";
import { ReaderHome } from "./features/new-thread/reader-home.tsx";
import { PaletteProvider, usePalette } from "./features/shell/palette-state.tsx";
import { ShellProvider } from "./features/shell/shell-state.tsx";
import { useShortcuts } from "./features/shortcuts/use-shortcuts.ts";
import { CatalogProvider } from "./session/catalog.tsx";
import { type Person, usePerson } from "./session/person.ts";
import { PersonProvider } from "./session/person-provider.tsx";
import type { Session } from "./session/session.ts";
import { SessionContext } from "./session/session-context.ts";
import { Announcer } from "./ui/announcer.tsx";
import { TooltipProvider } from "./ui/tooltip.tsx";

// What the first screen does not need is loaded when it is first wanted.
const loadThreadPage = () => import("./features/thread/thread-page.tsx").then((m) => ({ default: m.ThreadPage }));
const ThreadPage = lazy(loadThreadPage);
const SettingsPage = lazy(() =>
  import("./features/settings/settings-page.tsx").then((m) => ({ default: m.SettingsPage })),
);
const CopySharedPage = lazy(() =>
  import("./features/viewer-page/copy-shared-page.tsx").then((m) => ({ default: m.CopySharedPage })),
);
const WorkspacesPage = lazy(() =>
  import("./features/workspaces/workspaces-page.tsx").then((m) => ({ default: m.WorkspacesPage })),
);
const Palette = lazy(() => import("./features/palette/palette.tsx").then((m) => ({ default: m.Palette })));
const ShortcutList = lazy(() =>
  import("./features/shortcuts/shortcut-list.tsx").then((m) => ({ default: m.ShortcutList })),
);

/** Everything a signed-in person sees. */
export function App({ session, person }: { readonly session: Session; readonly person: Person }) {
  return (
    <SessionContext value={session}>
      <PersonProvider first={person}>
        <Announcer>
          <TooltipProvider delayDuration={500} disableHoverableContent>
            <CatalogProvider>
              <ShellProvider>
                <PaletteProvider>
                  <Screens />
                </PaletteProvider>
              </ShellProvider>
            </CatalogProvider>
          </TooltipProvider>
        </Announcer>
      </PersonProvider>
    </SessionContext>
  );
}

function Screens() {
  useShortcuts();
  const { paletteOpen, keysOpen } = usePalette();
  const mayStart = usePerson().role !== "viewer";
  useEffect(() => void loadThreadPage(), []);
  return (
    <Suspense fallback={null}>
      <Switch>
        <Route path="/">{mayStart ? <NewThreadPage /> : <ReaderHome />}</Route>
        <Route path="/copy-shared">
          <CopySharedPage />
        </Route>
        <Route path="/t/:threadId">{({ threadId }) => <ThreadPage key={threadId} threadId={threadId} />}</Route>
        <Route path="/workspaces">
          <WorkspacesPage />
        </Route>
        <Route path="/settings/:area?">
          {({ area }) => <SettingsPage path={area === undefined ? "" : `/${area}`} />}
        </Route>
        <Route>
          <Redirect to="/" />
        </Route>
      </Switch>
      {paletteOpen && <Palette />}
      {keysOpen && <ShortcutList />}
    </Suspense>
  );
}
