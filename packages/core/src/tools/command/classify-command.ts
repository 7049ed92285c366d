/** What one command does, as far as its words tell. Paths are as written. */
export type CommandClass =
  | { readonly type: "read"; readonly path: string }
  | { readonly type: "listFiles"; readonly path: string | null }
  | { readonly type: "search"; readonly query: string | null; readonly path: string | null }
  /** Only changes the directory in which the following commands run. */
  | { readonly type: "changeDirectory"; readonly path: string }
  /** Shapes what flows through a pipeline, or says nothing about files at all (`echo`, `true`). */
  | { readonly type: "filter" }
  | { readonly type: "unknown" };

type Classify = (args: readonly string[]) => CommandClass;

const unknown: CommandClass = { type: "unknown" };
const filter: CommandClass = { type: "filter" };

const listFiles: Classify = (args) => ({ type: "listFiles", path: operands(args)[0] ?? null });

const search: Classify = (args) => {
  const [query, path] = operands(args, "-e -f -g -t -T -A -B -C -m --glob --type --type-not --max-count --regexp");
  const given = optionValue(args, ["-e", "--regexp"]);
  if (given !== null) return { type: "search", query: given, path: query ?? null };
  return { type: "search", query: query ?? null, path: path ?? null };
};

const readOne: (valued?: string) => Classify = (valued) => (args) => {
  const files = operands(args, valued);
  return files.length === 1 ? { type: "read", path: files[0]! } : files.length === 0 ? filter : unknown;
};

const classifiers: Readonly<Record<string, Classify>> = {
  cd: (args) => (operands(args).length === 1 ? { type: "changeDirectory", path: operands(args)[0]! } : unknown),
  ls: listFiles,
  eza: listFiles,
  exa: listFiles,
  tree: (args) => ({ type: "listFiles", path: operands(args, "-L -I -P")[0] ?? null }),
  du: (args) => ({ type: "listFiles", path: operands(args, "-d --max-depth")[0] ?? null }),
  rg: (args) =>
    args.includes("--files") ? { type: "listFiles", path: operands(args, "-g -t --glob")[0] ?? null } : search(args),
  grep: search,
  egrep: search,
  fgrep: search,
  ag: search,
  ack: search,
  git: classifyGit,
  fd: classifyFd,
  fdfind: classifyFd,
  find: classifyFind,
  cat: readOne(),
  bat: readOne("-r --line-range -l --language --style"),
  less: readOne(),
  more: readOne(),
  nl: readOne("-b -w -s -v -n"),
  head: readOne("-n -c --lines --bytes"),
  tail: readOne("-n -c --lines --bytes"),
  sed: classifySed,
  awk: (args) => programAndFile(args, "-F -v"),
  wc: () => filter,
  sort: (args) => (args.some((arg) => /^(?:-o|--output)/.test(arg)) ? unknown : filter),
  uniq: () => filter,
  cut: () => filter,
  tr: () => filter,
  column: () => filter,
  echo: () => filter,
  printf: () => filter,
  true: () => filter,
};

export function classifyCommand(words: readonly string[]): CommandClass {
  const [name, ...args] = words;
  const classify = Object.hasOwn(classifiers, name ?? "") ? classifiers[name!] : undefined;
  return classify?.(args) ?? unknown;
}

function classifyGit(args: readonly string[]): CommandClass {
  const [subcommand, ...rest] = args;
  if (subcommand === "grep") return search(rest);
  return subcommand === "ls-files" ? listFiles(rest) : unknown;
}

function classifyFd(args: readonly string[]): CommandClass {
  if (args.some((arg) => /^(?:-x|-X|--exec|--exec-batch)$/.test(arg))) return unknown;
  const [query, path] = operands(args, "-t -e -d --type --extension --max-depth");
  if (query === undefined) return { type: "listFiles", path: null };
  return looksLikePath(query) && path === undefined
    ? { type: "listFiles", path: query }
    : { type: "search", query, path: path ?? null };
}

function classifyFind(args: readonly string[]): CommandClass {
  if (args.some((arg) => /^-(?:exec|execdir|ok|okdir|delete|fls|fprint.*)$/.test(arg))) return unknown;
  const path = args[0] !== undefined && !/^[-(!]/.test(args[0]) ? args[0] : null;
  const query = optionValue(args, ["-name", "-iname", "-path", "-ipath", "-regex", "-iregex"]);
  return query === null ? { type: "listFiles", path } : { type: "search", query, path };
}

/** Only `sed -n <range>p`, which shows a part of a file; an edit is not for a label to explain. */
function classifySed(args: readonly string[]): CommandClass {
  if (args[0] !== "-n" || !/^(?:\d+|\$)(?:,(?:\d+|\$))?p$/.test(args[1] ?? "")) return unknown;
  return readOne()(args.slice(2));
}

function programAndFile(args: readonly string[], valued: string): CommandClass {
  if (args.some((arg) => arg === "-i" || arg === "-f" || />|system|getline|\|/.test(arg))) return unknown;
  return readOne()(operands(args, valued).slice(1));
}

function looksLikePath(word: string): boolean {
  return word === "." || word === ".." || word.includes("/");
}

/** The arguments that are not options. `valued` names the options whose value is the next word. */
function operands(args: readonly string[], valued = ""): readonly string[] {
  const takesValue = new Set(valued.split(" "));
  const found: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--") return [...found, ...args.slice(at + 1)];
    if (takesValue.has(arg)) at++;
    else if (!arg.startsWith("-") || arg === "-") found.push(arg);
  }
  return found.filter((arg) => arg !== "-");
}

function optionValue(args: readonly string[], options: readonly string[]): string | null {
  const at = args.findIndex((arg) => options.includes(arg));
  return at === -1 ? null : (args[at + 1] ?? null);
}
