/**
 * A turn that is one command of the person's own: it runs under the thread's sandbox, without an approval, since whoever
 * could give one has typed it. The model is not asked; it reads at its next request what was run and what came of it.
 */
import type { TurnError } from "@skein/timeline/event";
import type { CommandItem } from "@skein/timeline/item";
import { type Environment, EnvironmentFailure } from "../ports.ts";
import { deriveCommandActions } from "../tools/command/command-actions.ts";
import { CommandSession } from "../tools/command/command-session.ts";
import { DEFAULT_MAX_OUTPUT_TOKENS, presentCommandReport } from "../tools/command/model-output.ts";
import { loadScriptParser } from "../tools/command/parse-script.ts";
import { chooseProcessId } from "../tools/command/processes.ts";
import { joinWords } from "../tools/command/shell-quote.ts";
import { createTurnPatches } from "../tools/patch/turn-diff.ts";
import { type EndingTurn, finishTurn, type TurnEnd } from "./finish-turn.ts";
import type { NetworkGates } from "./network-gates.ts";
import { tellModel } from "./tell-model.ts";
import { ToolRuns } from "./tool-runs.ts";
import type { TurnInput, TurnPorts } from "./turn-input.ts";
import { openScope, type TurnScope } from "./turn-scope.ts";
import { userCommandMessage } from "./user-command-end.ts";
import { UserMessages } from "./user-messages.ts";

export interface UserCommand {
  /** A line for the environment's shell. */
  readonly command: string;
  /** After this it is killed; null is the longest that a command may take. */
  readonly timeoutMs: number | null;
}

const maxDurationMs = 60 * 60 * 1000;

const noEnvironment: TurnError = {
  kind: "other",
  message: "This thread has no environment, so there is nowhere to run a command.",
  httpStatusCode: null,
  details: null,
};

/** As `runTurn`: resolves when `turn.completed` is committed, rejects only when the log refused an append. */
export async function runUserCommand(
  input: Omit<TurnInput, "userInput" | "outputSchema">,
  command: UserCommand,
  ports: TurnPorts,
): Promise<void> {
  const scope = openScope({ ...input, userInput: [] }, ports);
  // Nobody would answer what is said to this turn; it starts the next one instead.
  input.steering.close();
  const messages = new UserMessages(scope);
  const turn = {
    startedAt: ports.clock.now(),
    startedMonotonic: ports.clock.monotonic(),
    messages,
    tools: new ToolRuns(scope, createTurnPatches(), () => messages.isWaiting),
  };
  const { turnId, actor } = input;
  try {
    scope.journal.post([{ type: "turn.started", turnId, actor, work: "userCommand" }]);
    await finishTurn(scope, turn, await run(scope, turn, command));
  } finally {
    scope.release();
  }
}

async function run(scope: TurnScope, { messages, tools }: EndingTurn, command: UserCommand): Promise<TurnEnd> {
  const { environment } = scope.ports;
  if (environment === null) return { type: "failed", error: noEnvironment };
  // The world first, so that the model's first words are the same whatever a thread begins with.
  await tellModel(scope, messages);
  const { turnId, handover } = scope.input;
  if (scope.signal.aborted) return { type: "interrupted" };
  if (handover.begun.aborted) return { type: "handedOver" };
  const report = await follow(scope, environment, tools.networks, command);
  if (report === null) return { type: "handedOver" };
  const items = [userCommandMessage(command.command, report)];
  scope.journal.post([{ type: "model.items", turnId, items, context: null, tells: [] }]);
  return scope.signal.aborted ? { type: "interrupted" } : { type: "completed" };
}

/**
 * What the model is told of it. The command's item is closed when this resolves. null: the turn is handed over, and the
 * command had not ended in time.
 */
async function follow(
  scope: TurnScope,
  environment: Environment,
  networks: NetworkGates,
  command: UserCommand,
): Promise<string | null> {
  const { input, ports, journal } = scope;
  const { processes, clock, ids } = ports;
  const { settings } = input.state();
  const argv = [environment.info.shell, "-lc", command.command];
  const processId = chooseProcessId(processes, ids.uuid());
  const item = await startedItem(command.command, joinWords(argv), settings.cwd, { id: ids.uuid(), processId });
  const startedAt = clock.now();
  const startedMonotonic = clock.monotonic();
  await journal.emit([{ type: "item.started", turnId: input.turnId, item }]);
  const buffer = journal.buffer(item.id, "output", 0);
  const session = new CommandSession(
    { turnId: input.turnId, processId, item, startedAt },
    {
      clock,
      processes,
      chunks: { push: (text) => buffer.push(text), flush: () => journal.committed() },
      network: await networks.open(item, settings.sandbox, settings),
      emit: (events) => journal.emit(events),
    },
  );
  try {
    const env = { SKEIN_THREAD_ID: input.threadId };
    await session.start(environment, {
      ...{ processId: ids.uuid(), argv, cwd: settings.cwd, env },
      ...{ tty: null, policy: settings.sandbox },
    });
  } catch (error) {
    if (error instanceof EnvironmentFailure) return error.message;
    throw error;
  }
  const { due } = input.handover;
  const maxMs = Math.min(command.timeoutMs ?? maxDurationMs, maxDurationMs);
  const waited = await session.wait(maxMs, AbortSignal.any([scope.signal, due]));
  if (waited === "aborted" && due.aborted) return null;
  if (waited !== "ended") await session.kill();
  await session.closed();
  processes.forget(processId);
  return presentCommandReport({
    wallTimeMs: clock.monotonic() - startedMonotonic,
    progress: session.takeProgress(),
    processId,
    maxOutputTokens: DEFAULT_MAX_OUTPUT_TOKENS,
    note: waited === "ended" ? null : "Note: it was ended before it had finished.",
  });
}

async function startedItem(
  script: string,
  command: string,
  cwd: string,
  { id, processId }: Pick<CommandItem, "id" | "processId">,
): Promise<CommandItem> {
  const { commands } = (await loadScriptParser()).parse(script);
  return {
    ...{ type: "command", id, command, cwd, processId },
    actions: deriveCommandActions(script, commands, cwd),
    source: "userShell",
    status: "inProgress",
    ...{ output: null, exitCode: null, durationMs: null },
  };
}
