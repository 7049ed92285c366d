/** What a viewer must not see, beside what is recognised by its form. */
export interface RedactionRules {
  /** Secrets that are known by their value; those of fewer than four characters cannot be told from ordinary text. */
  readonly values: readonly string[];
  /** Absolute paths of directories in which paths may be shown. */
  readonly workspaces: readonly string[];
}

export const minSecretChars = 4;

/** The values, and the forms in which programs print them. */
export function formsOf({ values }: RedactionRules): readonly string[] {
  const long = values.filter((value) => value.length >= minSecretChars);
  const forms = long.flatMap((value) => {
    const wellFormed = value.toWellFormed();
    return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(wellFormed)];
  });
  return [...new Set(forms)];
}
