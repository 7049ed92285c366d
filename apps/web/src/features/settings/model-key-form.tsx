import type { ModelCredential } from "@skein/protocol/methods/model-credential";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import styles from "./settings-page.module.css";

interface ModelKeyDraft {
  readonly name: string;
  /** null: the one that is kept stays. */
  readonly key: string | null;
  readonly baseUrl: string | null;
  readonly models: string[] | null;
}

interface ModelKeyFormProps {
  readonly credential: ModelCredential | null;
  readonly disabled: boolean;
  readonly onCancel: () => void;
  readonly onSave: (draft: ModelKeyDraft) => Promise<void>;
}

export function ModelKeyForm({ credential, disabled, onCancel, onSave }: ModelKeyFormProps) {
  const [name, setName] = useState(credential?.name ?? "");
  const [key, setKey] = useState("");
  const [baseUrl, setBaseUrl] = useState(credential?.baseUrl ?? "");
  const [models, setModels] = useState(credential?.models?.join(", ") ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const slugs = models
      .split(",")
      .map((slug) => slug.trim())
      .filter((slug) => slug !== "");
    void onSave({
      name: name.trim(),
      key: key.trim() === "" ? null : key.trim(),
      baseUrl: baseUrl.trim() === "" ? null : baseUrl.trim(),
      models: slugs.length === 0 ? null : slugs,
    });
  };
  const isComplete = name.trim() !== "" && (credential !== null || key.trim().length >= 8);
  return (
    <form className={styles.fields} onSubmit={submit} autoComplete="off">
      <Field
        label="Name"
        placeholder="our account at the provider"
        maxLength={100}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label="Key"
        type="password"
        mono
        autoComplete="off"
        placeholder={credential === null ? "" : "as it is"}
        hint="Kept sealed, and shown to nobody again."
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <Field
        label="Address"
        mono
        inputMode="url"
        placeholder="https://api.openai.com/v1"
        hint="Of any provider of the Responses API. With another address the key has to be given again."
        value={baseUrl}
        onChange={(event) => setBaseUrl(event.target.value)}
      />
      <Field
        label="Models"
        mono
        placeholder="all"
        hint="Joined by commas; the first is the one that threads begin with."
        value={models}
        onChange={(event) => setModels(event.target.value)}
      />
      <div className={styles.row}>
        <Button type="submit" look="primary" disabled={disabled || !isComplete}>
          Save key
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
