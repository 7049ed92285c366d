import type { RedactionRules } from "@skein/timeline/redact/redaction-rules";

/** Under which terms viewers follow a thread. Those with equal terms share what is made for them. */
export interface ViewTerms {
  /** Tells terms apart. */
  readonly key: string;
  /** Turns that began after it are shown. */
  readonly fromSeq: number;
  readonly rules: RedactionRules;
  /** As viewers' cursors carry it: with other terms it is another one, so that nobody goes on in a text that was redacted otherwise. */
  readonly incarnation: string;
}
