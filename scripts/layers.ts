/**
 * Who may import whom. The tables are the rule; `findViolations` compares files with them. Tests may import anything:
 * they hold the pieces from outside.
 */
import { posix } from "node:path";

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly path: string;
  readonly message: string;
}

interface Area {
  readonly path: string;
  /** Workspace packages it may import; "core/ports" allows that one module only. */
  readonly workspace: readonly string[];
  /** Node's own modules it may not import; "all" for code that also runs in a browser. */
  readonly deniedNode: "all" | readonly string[];
  /** Other packages it may not import, and their subpaths. */
  readonly deniedPackages: readonly string[];
  /** A file that only Node loads, and that nothing else here imports: no package is denied to it. */
  readonly nodeEntry?: string;
}

const sockets = ["node:net", "node:tls", "node:http", "node:https", "node:http2", "node:dgram"];
const machine = ["node:fs", "node:fs/promises", "node:child_process", "node:worker_threads", "node:cluster", "node:os"];
const infrastructure = ["fastify", "@fastify/websocket", "ws", "postgres", "drizzle-orm", "pino", "json-rpc-2.0"];

export const areas: readonly Area[] = [
  { path: "packages/protocol", workspace: [], deniedNode: "all", deniedPackages: [] },
  { path: "packages/timeline", workspace: ["protocol"], deniedNode: "all", deniedPackages: [] },
  {
    path: "packages/client",
    workspace: ["protocol", "timeline"],
    deniedNode: "all",
    deniedPackages: ["ws"],
    nodeEntry: "packages/client/src/node.ts",
  },
  {
    path: "packages/core",
    workspace: ["protocol", "timeline"],
    deniedNode: [...sockets, ...machine],
    deniedPackages: infrastructure,
  },
  {
    path: "packages/executor",
    workspace: ["core/ports", "timeline/event"],
    deniedNode: [],
    deniedPackages: ["fastify", "postgres", "drizzle-orm", "openai"],
  },
  {
    path: "apps/runner",
    workspace: ["core/ports", "timeline/event", "executor"],
    deniedNode: [],
    deniedPackages: ["fastify", "postgres", "drizzle-orm", "openai"],
  },
  {
    path: "apps/server",
    workspace: ["protocol", "timeline", "core", "executor", "runner"],
    deniedNode: [],
    deniedPackages: [],
  },
  {
    path: "apps/web",
    workspace: ["client", "protocol", "timeline"],
    deniedNode: "all",
    deniedPackages: ["@skein/client/node"],
  },
];

/**
 * Folders of the server from the outside in; a folder may import from its own layer and from those further in. `app.ts`
 * and the `compose-` files put them together and may see everything; the other files beside them belong to everybody and
 * see no folder.
 */
export const serverLayers: readonly (readonly string[])[] = [
  ["connection", "http", "operator"],
  ["methods"],
  ["errand", "thread", "subscription", "presence", "workspace"],
  [
    "audit",
    "credential",
    "log",
    "lease",
    "bus",
    "database",
    "identity",
    "usage",
    "admission",
    "rate",
    "control",
    "model",
    "demo-model",
    "maintenance",
    "egress",
  ],
];

const composition = new Set([
  "app.ts",
  "compose-foundation.ts",
  "compose-credentials.ts",
  "compose-threads.ts",
  "compose-workspaces.ts",
  "compose-usage.ts",
  "compose-doors.ts",
  "compose-serving.ts",
  "compose-identity.ts",
  "compose-sharing.ts",
  "main.ts",
  "link.ts",
  "skein.ts",
]);
const serverRoot = "apps/server/src/";
const featuresRoot = "apps/web/src/features/";

export function findViolations(files: readonly SourceFile[]): readonly Violation[] {
  const product = files.filter((file) => !isTest(file.path));
  const serverEdges = new Map<string, Set<string>>();
  const featureEdges = new Map<string, Set<string>>();
  const found = product.flatMap((file) =>
    importsOf(file.text).flatMap((specifier) =>
      [
        areaViolation(file.path, specifier),
        serverViolation(file.path, specifier, serverEdges),
        featureViolation(file.path, specifier, featureEdges),
      ]
        .filter((message) => message !== null)
        .map((message) => ({ path: file.path, message })),
    ),
  );
  return [...found, ...cycles(serverRoot, serverEdges), ...cycles(featuresRoot, featureEdges)];
}

/** Module specifiers of static and dynamic imports and of re-exports, as the formatter writes them. */
export function importsOf(text: string): readonly string[] {
  const statements = /^(?:import|export)\s(?:[^"';]*?\sfrom\s)?"([^"]+)";/gm;
  const calls = /\bimport\("([^"]+)"\)/g;
  return [...text.matchAll(statements), ...text.matchAll(calls)].map((match) => match[1] ?? "");
}

function areaViolation(path: string, specifier: string): string | null {
  const area = areas.find((candidate) => path.startsWith(`${candidate.path}/src/`));
  if (area === undefined) return null;
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(path), specifier);
    if (target === area.nodeEntry) return `only programs for Node may import ${target}`;
    return target.startsWith(`${area.path}/`) ? null : `${specifier} reaches out of ${area.path}`;
  }
  const denied = area.deniedPackages.some((one) => specifier === one || specifier.startsWith(`${one}/`));
  if (denied && path !== area.nodeEntry) return `${area.path} may not import ${specifier}`;
  if (specifier.startsWith("@skein/")) {
    const name = specifier.slice("@skein/".length);
    const allowed = area.workspace.some((one) => name === one || name.startsWith(`${one}/`));
    const own = name.startsWith(`${posix.basename(area.path)}/`);
    return allowed || own ? null : `${area.path} may not import ${specifier}`;
  }
  if (specifier.startsWith("node:")) {
    const isDenied = area.deniedNode === "all" || area.deniedNode.includes(specifier);
    return isDenied ? `${area.path} may not import ${specifier}` : null;
  }
  return null;
}

function serverViolation(path: string, specifier: string, edges: Map<string, Set<string>>): string | null {
  if (!path.startsWith(serverRoot) || !specifier.startsWith(".")) return null;
  const from = firstSegment(path, serverRoot);
  const to = firstSegment(posix.join(posix.dirname(path), specifier), serverRoot);
  if (from === to || composition.has(from)) return null;
  if (composition.has(to)) return `only the composition imports ${to}`;
  if (to.endsWith(".ts")) return null;
  if (from.endsWith(".ts")) return `${from} is seen by every folder and may not import from ${to}/`;
  const fromLayer = layerOf(from);
  const toLayer = layerOf(to);
  if (fromLayer === -1) return `${from}/ has no layer; give it one in scripts/layers.ts`;
  if (toLayer === -1) return `${to}/ has no layer; give it one in scripts/layers.ts`;
  edges.set(from, (edges.get(from) ?? new Set()).add(to));
  return toLayer < fromLayer ? `${from}/ may not import from ${to}/, which lies further out` : null;
}

/** Files directly in a feature's folder are what it offers to the others; its subfolders are its own. */
function featureViolation(path: string, specifier: string, edges: Map<string, Set<string>>): string | null {
  if (!path.startsWith(featuresRoot) || !specifier.startsWith(".")) return null;
  const target = posix.join(posix.dirname(path), specifier);
  if (!target.startsWith(featuresRoot)) return null;
  const from = firstSegment(path, featuresRoot);
  const to = firstSegment(target, featuresRoot);
  if (from === to) return null;
  edges.set(from, (edges.get(from) ?? new Set()).add(to));
  const isInner = target.slice(featuresRoot.length).split("/").length > 2;
  return isInner ? `the feature ${from} reaches into the feature ${to}` : null;
}

/** Folders that import one another are one folder under two names. */
function cycles(root: string, edges: ReadonlyMap<string, ReadonlySet<string>>): readonly Violation[] {
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    [...(edges.get(from) ?? [])].some(
      (next) => next === goal || (!seen.has(next) && reaches(next, goal, seen.add(next))),
    );
  return [...edges.keys()]
    .filter((folder) => reaches(folder, folder, new Set()))
    .map((folder) => ({ path: `${root}${folder}`, message: "is part of a cycle of imports between folders" }));
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes("/testing/");
}

function firstSegment(path: string, root: string): string {
  return path.slice(root.length).split("/")[0] ?? "";
}

function layerOf(folder: string): number {
  return serverLayers.findIndex((layer) => layer.includes(folder));
}
