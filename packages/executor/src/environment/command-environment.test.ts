import { expect, test } from "vitest";
import { deriveCommandEnvironment } from "./command-environment.ts";

const place = {
  home: "/home/agent",
  user: "agent",
  shell: "/bin/bash",
  searchPath: "/usr/bin",
  policy: { type: "readOnly", networkAccess: false },
} as const;

test("nothing of the server's environment is in it", () => {
  const names = Object.keys(deriveCommandEnvironment({}, place));
  expect(names.sort()).toEqual(
    "GH_PAGER GIT_PAGER GIT_TERMINAL_PROMPT HOME LANG LOGNAME NO_COLOR PAGER PATH SHELL SKEIN TERM TMPDIR USER".split(
      " ",
    ),
  );
});

test("what the caller adds wins", () => {
  expect(deriveCommandEnvironment({ TERM: "xterm", A: "b" }, place)).toMatchObject({ TERM: "xterm", A: "b" });
});
