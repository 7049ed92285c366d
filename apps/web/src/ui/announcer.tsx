import { createContext, type ReactNode, useCallback, useContext, useState } from "react";

type Announce = (message: string, urgency?: "polite" | "assertive") => void;

const AnnouncerContext = createContext<Announce>(() => {});

/** Says a message to screen readers, once. Used for what happens to a turn and to the connection, never for streamed text. */
export const useAnnounce = (): Announce => useContext(AnnouncerContext);

export function Announcer({ children }: { readonly children: ReactNode }) {
  const [polite, setPolite] = useState("");
  const [assertive, setAssertive] = useState("");
  const announce = useCallback<Announce>((message, urgency = "polite") => {
    const say = urgency === "assertive" ? setAssertive : setPolite;
    // The same words twice are a change only when something else stood between them.
    say((before) => (before === message ? `${message}\u00a0` : message));
  }, []);
  return (
    <AnnouncerContext value={announce}>
      {children}
      <div className="visually-hidden" aria-live="polite">
        {polite}
      </div>
      <div className="visually-hidden" aria-live="assertive">
        {assertive}
      </div>
    </AnnouncerContext>
  );
}
