import type { Member } from "@skein/protocol/methods/member";
import type { Right } from "@skein/protocol/right";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/select.tsx";
import settings from "../settings/settings-page.module.css";
import { levelChoices } from "./level-words.ts";
import styles from "./share.module.css";

interface AddPersonProps {
  /** To whom it is not shared yet. */
  readonly members: readonly Member[];
  readonly disabled: boolean;
  readonly onAdd: (userId: string, level: Right) => void;
}

export function AddPerson({ members, disabled, onAdd }: AddPersonProps) {
  const [chosen, setChosen] = useState("");
  const [level, setLevel] = useState<Right>("read");
  // Who was chosen may have been added by somebody else meanwhile.
  const person = members.find(({ userId }) => userId === chosen) ?? members[0];
  if (person === undefined) return <p className={settings.note}>Everybody of your team is here.</p>;
  return (
    <div className={styles.add}>
      <Select
        label="Person"
        labelHidden
        value={person.userId}
        choices={members.map(({ userId, name, email }) => ({
          value: userId,
          label: email === null ? name : `${name} · ${email}`,
        }))}
        disabled={disabled}
        onChoose={setChosen}
      />
      <Select
        label="What they may do"
        labelHidden
        value={level}
        choices={levelChoices}
        disabled={disabled}
        onChoose={setLevel}
      />
      <Button look="primary" disabled={disabled} onClick={() => onAdd(person.userId, level)}>
        Share
      </Button>
    </div>
  );
}
