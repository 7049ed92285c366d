/**
 * The version of the wire as Skein speaks it. It rises with every change of the generated schema; `schema/history.json` says
 * what each version changed. This file has no dependency, for the browser's sake.
 */
export const PROTOCOL_VERSION = "14";

/** The Codex App Server whose protocol this is. */
export const CODEX_PROTOCOL_VERSION = "0.169.0";
