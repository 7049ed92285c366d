import { Button } from "../../ui/button.tsx";
import styles from "./sign-in-screen.module.css";

interface ProviderButtonProps {
  /** null: people are known by nobody else here. */
  readonly provider: string | null;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

export function ProviderButton({ provider, disabled, onClick }: ProviderButtonProps) {
  if (provider === null) return null;
  return (
    <>
      <p className={styles.or}>or</p>
      <Button disabled={disabled} onClick={onClick}>
        Continue with {provider}
      </Button>
    </>
  );
}
