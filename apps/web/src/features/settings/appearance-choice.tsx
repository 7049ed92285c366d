import { useState } from "react";
import { type Appearance, chooseAppearance, readAppearance } from "../../theme/appearance.ts";
import styles from "./settings-page.module.css";

const choices: readonly { readonly value: Appearance; readonly label: string }[] = [
  { value: "system", label: "As the device" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

export function AppearanceChoice() {
  const [appearance, setAppearance] = useState(readAppearance);
  return (
    <fieldset className={styles.choices}>
      <legend className="visually-hidden">Appearance</legend>
      {choices.map(({ value, label }) => (
        <label key={value} className={styles.choice}>
          <input
            type="radio"
            name="appearance"
            checked={appearance === value}
            onChange={() => {
              chooseAppearance(value);
              setAppearance(value);
            }}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
