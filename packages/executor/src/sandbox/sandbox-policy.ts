import type { CommandSpec } from "@skein/core/ports";

/** The portable intent that each kind of environment lowers to what it has. */
export type SandboxPolicy = CommandSpec["policy"];
