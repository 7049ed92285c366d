import type { PlainCommand } from "./script.ts";

/**
 * Whether a script only reads and shows: every command is on the list below, with options that neither write nor run
 * anything else. `null` (a script that is not plain) is never safe, nor is one whose words the shell would expand.
 */
export function isKnownSafe(commands: readonly PlainCommand[] | null): boolean {
  return (
    commands !== null && commands.length > 0 && commands.every((command) => command.isLiteral && isSafe(command.words))
  );
}

/** By exact name: a path such as `./cat` may be anything. */
const ALWAYS_SAFE: ReadonlySet<string> = new Set(
  (
    "cat cd cut echo expr false grep head id ls nl paste pwd rev seq stat tail tr true uname uniq wc which whoami " +
    "numfmt tac"
  ).split(" "),
);

function isSafe(words: readonly string[]): boolean {
  const [name, ...args] = words;
  if (name === undefined) return false;
  if (name === "uniq") return isSafeUniq(args);
  if (ALWAYS_SAFE.has(name)) return true;
  switch (name) {
    case "base64":
      return !args.some((arg) => arg.startsWith("--o") || /^-[a-zA-Z]*o/.test(arg));
    case "find":
      return !args.some((arg) => FIND_EFFECTS.has(arg));
    case "rg":
      return !args.some(isUnsafeRipgrepOption);
    case "git":
      return isSafeGit(args);
    case "sed":
      return isSafeSed(args);
    default:
      return false;
  }
}

/** `uniq in out` writes its second operand. */
function isSafeUniq(args: readonly string[]): boolean {
  return args.filter((arg) => !arg.startsWith("-")).length <= 1;
}

const FIND_EFFECTS: ReadonlySet<string> = new Set(
  "-exec -execdir -ok -okdir -delete -fls -fprint -fprint0 -fprintf".split(" "),
);

function isUnsafeRipgrepOption(arg: string): boolean {
  if (arg === "--search-zip" || /^--(?:pre|hostname-bin)(?:=|$)/.test(arg)) return true;
  // Short options may be bundled: -nz.
  return /^-[^-]*z/.test(arg);
}

const GIT_READERS: ReadonlySet<string> = new Set(["status", "log", "diff", "show", "branch"]);
const GIT_BRANCH_READS: ReadonlySet<string> = new Set(
  "-a --all -r --remotes -v -vv --verbose -l --list --show-current --no-color --no-column".split(" "),
);

/** Options before the subcommand (`-c`, `-C`, `--git-dir` …) choose what git runs and where: none is let through. */
function isSafeGit(args: readonly string[]): boolean {
  const [subcommand, ...rest] = args;
  if (subcommand === undefined || !GIT_READERS.has(subcommand)) return false;
  if (subcommand === "branch") return rest.every((arg) => GIT_BRANCH_READS.has(arg));
  return !rest.some(isUnsafeGitOption);
}

/** git takes any unambiguous beginning of a long option. */
function isUnsafeGitOption(arg: string): boolean {
  return /^--(?:o|ou|out|outp|outpu|output)(?:=|$)/.test(arg) || /^--(?:ext|textc|exec|pag)/.test(arg) || arg === "-c";
}

/** `sed -n 5p` or `sed -n 5,9p`, with at most one file; sed's other commands can write and execute. */
function isSafeSed(args: readonly string[]): boolean {
  const [option, script, file] = args;
  if (args.length < 2 || args.length > 3 || option !== "-n") return false;
  if (file?.startsWith("-")) return false;
  return /^\d+(?:,\d+)?p$/.test(script!);
}
