/** How the machine holds commands to what they may take in sum: one port, three drivers. */

/** The first two are control groups of the kernel. Without them Skein looks from outside, and sees less and later. */
export type ResourceLevel = "cgroup2" | "cgroup1" | "rlimits";

/** A limit at which the commands of an environment have to end, because they would not by themselves. */
export type Breach =
  | { readonly type: "processes"; readonly limit: number }
  | { readonly type: "memory"; readonly limitBytes: number }
  | { readonly type: "disk"; readonly usedBytes: number; readonly limitBytes: number }
  | { readonly type: "files"; readonly used: number; readonly limit: number };

/** Processes that the kernel ended because memory ran out. */
export interface MemoryKills {
  readonly count: number;
  /** How often it was the environment's own limit, and not its tenant's or the machine's. */
  readonly own: number;
}

/** The processes of one environment. */
export interface ResourceGroup {
  /** Of a process that has started nothing yet. Throws when it cannot be taken in; it must not go on then. */
  admit(pid: number): void;
  /** Since the group was made. */
  memoryKills(): MemoryKills;
  /** Whether nothing more can be started, so that no command could end what is there. */
  isFull(): boolean;
  /** To be called about once a second. Not null: this has to end. */
  look(): Breach | null;
  /** When its processes are gone. */
  close(): void;
}

export interface ResourceGroups {
  readonly level: ResourceLevel;
  /** Why it is not a better one; null for control groups. */
  readonly obstacle: string | null;
  /** Throws when the group cannot be made. */
  open(tenantId: string, name: string): ResourceGroup;
  close(): void;
}
