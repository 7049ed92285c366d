/** The first words on a connection between a node and a runner, as text; what follows are the link's messages, as bytes. */
import type { Isolation } from "@skein/core/ports";
import * as z from "zod";
import type { ResourceLevel } from "../resources/resource-groups.ts";

/** Raised by every change that an earlier build would misunderstand. */
const protocolVersion = 3;

const hello = z.object({
  protocol: z.int(),
  session: z.uuid(),
  /** The session is known to be under way; false begins it. */
  resume: z.boolean(),
  /** The last message of the session that has arrived here. */
  received: z.int().nonnegative(),
  /** An earlier session of the same node that is given up: what runs for it ends. */
  replaces: z.uuid().nullable(),
});

export type Hello = Omit<z.infer<typeof hello>, "protocol">;

const isolations = ["bubblewrap", "landlock", "external", "none"] as const satisfies readonly Isolation[];

const levels = ["cgroup2", "cgroup1", "rlimits"] as const satisfies readonly ResourceLevel[];

const welcome = z.object({
  protocol: z.int(),
  name: z.string(),
  /** False: the runner knows nothing of the session, and has begun one of that id. */
  resumed: z.boolean(),
  received: z.int().nonnegative(),
  isolation: z.enum(isolations),
  shell: z.string(),
  /** What keeps the runner's machine from sandboxing. */
  obstacle: z.string().nullable(),
  /** A runner of an earlier build does not say. */
  limits: z
    .object({ level: z.enum(levels), obstacle: z.string().nullable() })
    .default({ level: "rlimits", obstacle: null }),
});

export type Welcome = Omit<z.infer<typeof welcome>, "protocol">;

/** Why a runner or a node closes a connection for good; everything else is an accident, and followed by another try. */
export const linkCloseCodes = {
  /** The node is done with the session. */
  goodbye: 4000,
  /** The other side does not speak the protocol, or another version of it. */
  misunderstood: 4001,
  /** The session goes on over a later connection. */
  superseded: 4002,
  /** The session could not be kept. */
  broken: 4003,
} as const;

/** More than any frame takes in its envelope. */
export const maxMessageBytes = 25 * 1024 * 1024;

export function encodeHello(words: Hello): string {
  return JSON.stringify({ protocol: protocolVersion, ...words });
}

export function encodeWelcome(words: Welcome): string {
  return JSON.stringify({ protocol: protocolVersion, ...words });
}

/** Throws when they are none, or of another version. */
export function parseHello(text: string): Hello {
  return checkVersion(hello.parse(JSON.parse(text)), "node");
}

export function parseWelcome(text: string): Welcome {
  return checkVersion(welcome.parse(JSON.parse(text)), "runner");
}

function checkVersion<T extends { readonly protocol: number }>(words: T, side: string): T {
  if (words.protocol === protocolVersion) return words;
  throw new Error(`the ${side} speaks version ${words.protocol} of the runner protocol, not ${protocolVersion}`);
}
