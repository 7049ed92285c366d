import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import styles from "./menu.module.css";

interface MenuProps {
  readonly trigger: ReactNode;
  readonly align?: "start" | "end";
  readonly onOpen?: () => void;
  readonly children: ReactNode;
}

/** Not modal: a modal menu inserts a style element, which the page's policy forbids. */
export function Menu({ trigger, align = "start", onOpen, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} onOpenChange={(open) => open && onOpen?.()}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.content} align={align} sideOffset={4} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  readonly onSelect: () => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ onSelect, disabled = false, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item className={styles.item} disabled={disabled} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  /** One line on what the choice means. */
  readonly hint?: string | undefined;
  /** One line on why it is of no use now. */
  readonly problem?: string | null;
}

interface MenuChoicesProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly onChoose: (value: T) => void;
}

export function MenuChoices<T extends string>({ label, value, choices, onChoose }: MenuChoicesProps<T>) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChoose(next as T)}>
      <DropdownMenu.Label className={styles.label}>{label}</DropdownMenu.Label>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={styles.item}>
          <span className={styles.check}>
            <DropdownMenu.ItemIndicator>
              <Check size={14} />
            </DropdownMenu.ItemIndicator>
          </span>
          <span>
            {choice.label}
            {choice.hint && <span className={styles.hint}>{choice.hint}</span>}
            {choice.problem && <span className={styles.problem}>{choice.problem}</span>}
          </span>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

interface MenuSwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  /** One line on what it means now. */
  readonly hint: string;
  readonly disabled: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** The menu stays open, so that one sees what has changed. */
export function MenuSwitch({ label, isOn, hint, disabled, onChange }: MenuSwitchProps) {
  return (
    <DropdownMenu.CheckboxItem
      className={styles.item}
      checked={isOn}
      disabled={disabled}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
    >
      <span className={styles.check}>
        <DropdownMenu.ItemIndicator>
          <Check size={14} />
        </DropdownMenu.ItemIndicator>
      </span>
      <span>
        {label}
        <span className={styles.hint}>{hint}</span>
      </span>
    </DropdownMenu.CheckboxItem>
  );
}

interface MenuNoteProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** What is only read. */
export function MenuNote({ label, children }: MenuNoteProps) {
  return (
    <DropdownMenu.Group>
      <DropdownMenu.Label className={styles.label}>{label}</DropdownMenu.Label>
      {children}
    </DropdownMenu.Group>
  );
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className={styles.separator} />;
}
