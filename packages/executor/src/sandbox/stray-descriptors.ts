import { readdirSync, readFileSync } from "node:fs";

/** `O_CLOEXEC` of fcntl.h, octal as in fdinfo. */
const closeOnExec = 0o2000000;

/**
 * Descriptors above stderr that a child would inherit. Node opens its own close-on-exec, but those it was given by whoever
 * started it are passed on, and bubblewrap passes them on into the sandbox.
 */
export function findStrayDescriptors(): number[] {
  return readdirSync("/proc/self/fd")
    .map(Number)
    .filter((descriptor) => descriptor > 2 && isInherited(descriptor));
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // The descriptor of the listing itself is closed by now.
    return false;
  }
}
