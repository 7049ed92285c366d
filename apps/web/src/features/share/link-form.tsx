import type { ParamsOf } from "@skein/protocol/methods";
import type { ShareLevel } from "@skein/protocol/methods/share";
import { type FormEvent, useState } from "react";
import { usePerson } from "../../session/person.ts";
import { useIsLive } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./share.module.css";
import { SharePreview } from "./share-preview.tsx";

const parts = [
  { value: "all", label: "The whole thread, as it goes on" },
  { value: "later", label: "Only what comes from now on" },
  { value: "earlier", label: "A snapshot of what there is" },
] as const;
type Part = (typeof parts)[number]["value"];
const rangeOf = (part: Part) => ({ withHistory: part !== "later", isLive: part !== "earlier" });

const lifetimes = [
  { value: "1", label: "A day" },
  { value: "7", label: "A week" },
  { value: "30", label: "30 days" },
  { value: "never", label: "Until it is revoked" },
] as const;
type Lifetime = (typeof lifetimes)[number]["value"];
const dayMs = 24 * 60 * 60 * 1000;

const levels: readonly { readonly value: ShareLevel; readonly label: string }[] = [
  { value: "read", label: "Read, without an account" },
  { value: "comment", label: "Read; comment, with an account" },
  { value: "prompt", label: "Read; comment and prompt, with an account" },
];

interface LinkFormProps {
  readonly threadId: string;
  /** What the link is called unless something else is said. */
  readonly title: string;
  readonly onCreate: (terms: ParamsOf<"skein/share/create">) => void;
}

export function LinkForm({ threadId, title: suggested, onCreate }: LinkFormProps) {
  const live = useIsLive();
  const { accounts } = usePerson();
  const [title, setTitle] = useState(suggested.slice(0, 200));
  const [part, setPart] = useState<Part>("all");
  const [level, setLevel] = useState<ShareLevel>("read");
  const [lifetime, setLifetime] = useState<Lifetime>("7");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expiresAt = lifetime === "never" ? null : Date.now() + Number(lifetime) * dayMs;
    onCreate({ threadId, title: title.trim(), level, expiresAt, ...rangeOf(part) });
  };
  return (
    <>
      <form className={styles.form} onSubmit={submit}>
        <Field
          label="Title"
          maxLength={200}
          required
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <Select label="Shows" value={part} choices={parts} onChoose={setPart} />
        {accounts && <Select label="Lets people" value={level} choices={levels} onChoose={setLevel} />}
        <Select label="Ends after" value={lifetime} choices={lifetimes} onChoose={setLifetime} />
        <Button type="submit" look="primary" disabled={!live || title.trim() === ""}>
          Create link
        </Button>
      </form>
      <SharePreview threadId={threadId} {...rangeOf(part)} />
    </>
  );
}
