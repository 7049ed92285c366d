/**
 * A terminal without a window: a program in a tmux session of its own, keys in, screen out. tmux tells nobody that the
 * screen has changed, so waiting is looking again, until what is awaited is there or far too much time has passed.
 */
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Program {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole of its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

const columns = 120;
const rows = 50;
const lookEveryMs = 100;
/** Far beyond what anything takes; whoever waits longer is shown the screen. */
const maxWaitMs = 45_000;

export class Terminal {
  readonly #socketPath: string;
  readonly #exitCodePath: string;
  #programPid = 0;

  private constructor(directory: string) {
    this.#socketPath = join(directory, "tmux");
    this.#exitCodePath = join(directory, "exit-code");
  }

  /** `directory`: where the terminal keeps its socket; one terminal per directory. */
  static async open(directory: string, { argv, cwd, environment }: Program): Promise<Terminal> {
    const terminal = new Terminal(directory);
    await rm(terminal.#exitCodePath, { force: true });
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const size = ["-x", String(columns), "-y", String(rows)];
    // Without `remain-on-exit` the program's last words would go with it. Both commands reach tmux together.
    const keepScreen = ["set-option", "-g", "remain-on-exit", "on"];
    // tmux sometimes sees a program end and never learns its exit code, so the shell around it writes that down.
    const shell = ["sh", "-c", '"$@"; echo $? > "$0"', terminal.#exitCodePath];
    const command = ["env", "-i", ...variables, ...shell, ...argv];
    await terminal.#tmux(
      "-f",
      "/dev/null",
      "start-server",
      ";",
      ...keepScreen,
      ";",
      "new-session",
      "-d",
      ...size,
      "-c",
      cwd,
      ...command,
    );
    terminal.#programPid = Number(await terminal.#ask("#{pane_pid}"));
    return terminal;
  }

  async screen(): Promise<string> {
    const { stdout } = await this.#tmux("capture-pane", "-p");
    return stdout.replace(/[ \t]+$/gm, "").trimEnd();
  }

  /** The screen as soon as it matches. Rejects with the screen when it never does. */
  async shows(pattern: RegExp): Promise<string> {
    return await this.#until((screen) => pattern.test(screen), `show ${pattern}`);
  }

  /** As `shows`, once nothing on the screen matches any more. */
  async showsNoMore(pattern: RegExp): Promise<string> {
    return await this.#until((screen) => !pattern.test(screen), `stop showing ${pattern}`);
  }

  /** Keys by tmux's names: Enter, Escape, C-c. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** As one paste: keys that come faster than a person's are taken for one by some programs, and Enter for a part of it. */
  async paste(text: string): Promise<void> {
    await this.#tmux("set-buffer", "--", text, ";", "paste-buffer", "-p", "-d");
  }

  /** Resolves with the exit code when the program has ended by itself. */
  async ended(): Promise<number> {
    const deadline = performance.now() + maxWaitMs;
    for (;;) {
      const code = await readFile(this.#exitCodePath, "utf8").catch(() => "");
      if (code.endsWith("\n")) return Number(code);
      if (performance.now() > deadline) throw new Error(`the program did not end; its screen:\n${await this.screen()}`);
      await delay(lookEveryMs);
    }
  }

  /** Resolves when the program and tmux are gone. */
  async close(): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    while (isAlive(this.#programPid)) await delay(lookEveryMs);
  }

  async #until(matches: (screen: string) => boolean, what: string): Promise<string> {
    const deadline = performance.now() + maxWaitMs;
    for (;;) {
      const screen = await this.screen();
      if (matches(screen)) return screen;
      if (performance.now() > deadline) throw new Error(`the terminal did not ${what}; its screen:\n${screen}`);
      await delay(lookEveryMs);
    }
  }

  async #ask(format: string): Promise<string> {
    const { stdout } = await this.#tmux("display-message", "-p", format);
    return stdout.trim();
  }

  #tmux(...command: readonly string[]): Promise<{ stdout: string }> {
    return run("tmux", ["-S", this.#socketPath, ...command]);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
