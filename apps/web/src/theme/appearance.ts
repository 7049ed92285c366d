/** The person's choice; "system" follows the device. */
export type Appearance = "system" | "light" | "dark";

/** Read before the first paint by public/appearance.js too. */
const key = "skein.appearance";

export function readAppearance(): Appearance {
  const stored = localStorage.getItem(key);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function chooseAppearance(appearance: Appearance): void {
  const root = document.documentElement;
  if (appearance === "system") {
    localStorage.removeItem(key);
    delete root.dataset.theme;
  } else {
    localStorage.setItem(key, appearance);
    root.dataset.theme = appearance;
  }
}
