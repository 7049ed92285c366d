import type { SandboxPolicy } from "../sandbox/sandbox-policy.ts";

/**
 * All that a command's environment starts with. Colours and pagers are off: nobody reads this output on a terminal. The
 * server's environment is not among its sources.
 */
export function deriveCommandEnvironment(
  added: Readonly<Record<string, string>>,
  place: {
    readonly home: string;
    readonly user: string;
    readonly shell: string;
    readonly searchPath: string;
    readonly policy: SandboxPolicy;
  },
): Record<string, string> {
  const hidesTemporary = place.policy.type === "workspaceWrite" && place.policy.excludeTmpdirEnvVar;
  return {
    PATH: place.searchPath,
    HOME: place.home,
    USER: place.user,
    LOGNAME: place.user,
    SHELL: place.shell,
    LANG: "C.UTF-8",
    TERM: "dumb",
    ...(hidesTemporary ? {} : { TMPDIR: "/tmp" }),
    PAGER: "cat",
    GIT_PAGER: "cat",
    GH_PAGER: "cat",
    GIT_TERMINAL_PROMPT: "0",
    NO_COLOR: "1",
    SKEIN: "1",
    ...added,
  };
}
