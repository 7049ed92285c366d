import { type RefObject, useEffect, useRef } from "react";

/**
 * Options by their numbers: of the question in which the focus is, else of the one at `openIndex`. Where somebody types, a digit is
 * a digit.
 */
export function useNumberKeys(form: RefObject<HTMLFormElement | null>, openIndex: number): void {
  const open = useRef(openIndex);
  open.current = openIndex;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey } = event;
      if (ctrlKey || metaKey || altKey || !/^[1-9]$/.test(key)) return;
      if (isTyping(target) || document.querySelector("dialog[open]") !== null) return;
      const questions = form.current?.querySelectorAll("fieldset");
      const question =
        [...(questions ?? [])].find((field) => field.contains(target as Node)) ?? questions?.[open.current];
      const option = question?.querySelectorAll<HTMLInputElement>("input[type=radio]:enabled")[Number(key) - 1];
      if (option === undefined) return;
      event.preventDefault();
      option.click();
      option.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [form]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches("input:not([type=radio]), textarea, select, [contenteditable]")
  );
}
