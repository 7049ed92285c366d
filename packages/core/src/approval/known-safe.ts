/**
 * Commands that only read, whatever their arguments, or with arguments that keep them from writing and from running
 * others. Used under the policy `untrusted`, still inside the sandbox; what is not listed is asked about.
 */

type Check = (args: readonly string[]) => boolean;

const always: Check = () => true;

const withoutOptions =
  (...unsafe: readonly string[]): Check =>
  (args) =>
    !args.some((arg) => unsafe.some((option) => isOption(arg, option)));

/** `--output=x` is `--output`; `-ox` and the bundle `-no` contain `-o`. */
function isOption(arg: string, option: string): boolean {
  if (option.startsWith("--")) return arg === option || arg.startsWith(`${option}=`);
  return !arg.startsWith("--") && arg.startsWith("-") && arg.includes(option.slice(1));
}

const findActions = new Set([
  "-exec",
  "-execdir",
  "-ok",
  "-okdir",
  "-delete",
  "-fls",
  "-fprint",
  "-fprint0",
  "-fprintf",
]);

const gitOutput = withoutOptions("--output", "--ext-diff", "--textconv", "--exec", "-o");

const gitReads: ReadonlyMap<string, Check> = new Map([
  ["status", always],
  ["log", gitOutput],
  ["diff", gitOutput],
  ["show", gitOutput],
  ["ls-files", gitOutput],
  ["rev-parse", gitOutput],
  ["blame", gitOutput],
  [
    "branch",
    (args) => args.every((arg) => ["-a", "-r", "-v", "-vv", "--list", "--all", "--show-current"].includes(arg)),
  ],
]);

const reads: ReadonlyMap<string, Check> = new Map<string, Check>([
  ...[
    "cat",
    "cd",
    "cut",
    "echo",
    "expr",
    "false",
    "grep",
    "head",
    "id",
    "ls",
    "nl",
    "paste",
    "printf",
    "pwd",
    "rev",
  ].map((name): [string, Check] => [name, always]),
  ...["seq", "stat", "tail", "tr", "true", "uname", "wc", "which", "whoami", "basename", "dirname", "realpath"].map(
    (name): [string, Check] => [name, always],
  ),
  ["base64", withoutOptions("--output", "-o")],
  ["date", withoutOptions("--set", "-s")],
  ["find", (args) => !args.some((arg) => findActions.has(arg))],
  ["git", ([subcommand = "", ...args]) => gitReads.get(subcommand)?.(args) ?? false],
  ["rg", withoutOptions("--pre", "--hostname-bin", "--search-zip", "-z")],
  // Its second operand is a file that it writes.
  ["uniq", (args) => args.filter((arg) => !arg.startsWith("-")).length < 2],
  ["sort", withoutOptions("--output", "-o", "--compress-program", "--files0-from", "-T")],
  ["sed", ([option, range, ...files]) => option === "-n" && /^\d+(,\d+)?p$/.test(range ?? "") && isFiles(files)],
]);

const isFiles: Check = (args) => args.every((arg) => !arg.startsWith("-"));

export function isKnownSafe(words: readonly string[]): boolean {
  const [program, ...args] = words;
  return program !== undefined && (reads.get(program)?.(args) ?? false);
}
