import { describe, expect, it } from "vitest";
import { findViolations, importsOf } from "./layers.ts";

const messages = (path: string, ...imports: string[]): readonly string[] =>
  findViolations([{ path, text: imports.map((one) => `import { x } from "${one}";\n`).join("") }]).map(
    (violation) => violation.message,
  );

describe("imports", () => {
  it("sees every form", () => {
    const text = [
      'import "./effect.ts";',
      'import type { A } from "a";',
      'import {\n  b,\n  c,\n} from "./bc.ts";',
      'export { d } from "d";',
      'const e = await import("e");',
      'const text = "import nothing from here";',
    ].join("\n");
    expect(importsOf(text)).toEqual(["./effect.ts", "a", "./bc.ts", "d", "e"]);
  });
});

describe("areas", () => {
  it("keeps Node out of what browsers run", () => {
    expect(messages("packages/timeline/src/fold.ts", "node:crypto")).toHaveLength(1);
    expect(messages("apps/web/src/main.tsx", "node:path")).toHaveLength(1);
    expect(messages("packages/client/src/connection.ts", "@skein/timeline/fold")).toEqual([]);
  });

  it("keeps sockets, databases and files out of the agent", () => {
    for (const denied of [
      "fastify",
      "postgres",
      "ws",
      "drizzle-orm/pg-core",
      "node:net",
      "node:fs",
      "node:child_process",
    ]) {
      expect(messages("packages/core/src/turn/run-turn.ts", denied)).toHaveLength(1);
    }
    expect(messages("packages/core/src/turn/run-turn.ts", "node:crypto", "openai", "@skein/timeline/event")).toEqual(
      [],
    );
  });

  it("lets the executor see core's ports and nothing else of it", () => {
    expect(messages("packages/executor/src/sandbox.ts", "@skein/core/ports")).toEqual([]);
    expect(messages("packages/executor/src/sandbox.ts", "@skein/core/turn/run-turn")).toHaveLength(1);
  });

  it("allows no way around a package's name", () => {
    expect(messages("apps/web/src/main.tsx", "../../server/src/config.ts")).toHaveLength(1);
  });

  it("lets tests hold the pieces from outside", () => {
    expect(messages("packages/core/src/turn/run-turn.test.ts", "node:fs")).toEqual([]);
  });
});

describe("layers of the server", () => {
  it("lets a folder look inwards only", () => {
    expect(messages("apps/server/src/methods/turn-start.ts", "../thread/thread-host.ts")).toEqual([]);
    expect(messages("apps/server/src/log/append.ts", "../thread/thread-host.ts")).toHaveLength(1);
  });

  it("shows everything to the composition alone", () => {
    expect(messages("apps/server/src/app.ts", "./log/append.ts", "./connection/connection.ts")).toEqual([]);
    expect(messages("apps/server/src/thread/thread-host.ts", "../app.ts")).toHaveLength(1);
    expect(messages("apps/server/src/config.ts", "./log/append.ts")).toHaveLength(1);
  });

  it("asks for a layer when a folder is new", () => {
    expect(messages("apps/server/src/thread/thread-host.ts", "../novelty/thing.ts")[0]).toContain("has no layer");
  });

  it("finds folders that import one another", () => {
    const violations = findViolations([
      { path: "apps/server/src/thread/a.ts", text: 'import { b } from "../subscription/b.ts";\n' },
      { path: "apps/server/src/subscription/b.ts", text: 'import { a } from "../thread/a.ts";\n' },
    ]);
    expect(violations.map((violation) => violation.path)).toEqual([
      "apps/server/src/thread",
      "apps/server/src/subscription",
    ]);
  });
});

describe("features of the web app", () => {
  it("offer the files of their folder and keep their subfolders", () => {
    expect(messages("apps/web/src/features/thread/thread.tsx", "../plan/plan.tsx")).toEqual([]);
    expect(messages("apps/web/src/features/thread/thread.tsx", "../plan/rows/plan-step.tsx")).toHaveLength(1);
    expect(messages("apps/web/src/features/plan/plan.tsx", "./rows/plan-step.tsx")).toEqual([]);
  });
});
