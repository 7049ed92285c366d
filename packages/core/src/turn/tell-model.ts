/** Brings the model's history up to date before a request: changes of the world first, then what people said. */
import type { ThreadSettings } from "@skein/timeline/event";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { allowsNetwork } from "../approval/allows-network.ts";
import { type LoadedImages, loadImages } from "../context/images.ts";
import { readProjectInstructions } from "../context/project-instructions.ts";
import { deriveUserMessage } from "../context/user-message.ts";
import { type ContextChange, dateIn, deriveContextChange, needsProjectInstructions } from "../context/world.ts";
import type { TurnScope } from "./turn-scope.ts";
import { untilAborted } from "./until-aborted.ts";
import type { SaidMessage, UserMessages } from "./user-messages.ts";

/** Resolves when the log holds everything that the next request sends. Does nothing more once the turn is stopped. */
export async function tellModel(scope: TurnScope, messages: UserMessages): Promise<void> {
  messages.recordArrivals();
  do {
    const change = await untilAborted(readContextChange(scope), scope.signal);
    if (change === undefined) return;
    const said = messages.takeUntold();
    const content = said.flatMap((message) => message.content);
    const images = await untilAborted(loadImages(content, scope.ports.environment), scope.signal);
    const items = [...change.items, ...userItems(said, images ?? new Map())];
    const context = Object.keys(change.told).length === 0 ? null : change.told;
    const { turnId } = scope.input;
    const isNews = items.length > 0 || context !== null || said.length > 0;
    const tells = said.map(({ id }) => id);
    await scope.journal.emit(isNews ? [{ type: "model.items", turnId, items, context, tells }] : []);
    messages.recordArrivals();
  } while (messages.isWaiting && !scope.signal.aborted);
}

export function userItems(said: readonly SaidMessage[], images: LoadedImages): readonly ResponseInputItem[] {
  return said.map(({ content }) => deriveUserMessage(content, images)).filter((item) => item !== null);
}

async function hasNetwork({ ports }: TurnScope, { sandbox }: ThreadSettings): Promise<boolean> {
  return allowsNetwork(sandbox) && ((await ports.network?.isOpen()) ?? false);
}

async function readContextChange(scope: TurnScope): Promise<ContextChange> {
  const { environment, clock, timeZone } = scope.ports;
  const { settings, told } = scope.input.state();
  const inWorkspace = settings.tools ? environment : null;
  let projectInstructions: string | null | undefined;
  if (inWorkspace !== null && needsProjectInstructions(told, settings)) {
    const read = await readProjectInstructions(inWorkspace, settings.cwd);
    projectInstructions = read.text;
    const { turnId } = scope.input;
    scope.journal.post(read.warnings.map((message) => ({ type: "warning.reported", turnId, message, runner: null })));
  }
  return deriveContextChange(told, {
    settings,
    shell: inWorkspace?.info.shell ?? null,
    hasNetwork: inWorkspace !== null && (await hasNetwork(scope, settings)),
    projectInstructions,
    date: dateIn(timeZone, clock.now()),
    timeZone,
  });
}
