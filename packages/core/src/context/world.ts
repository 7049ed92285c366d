/**
 * What the model is told about the world around the conversation, as raw items. On a thread's first turn that is
 * everything; later only what changed since, as further items, so that every request extends the one before it byte
 * for byte and the provider's prompt cache holds.
 *
 * What has been told is kept in the log beside the items (`told`), short: long texts as digests.
 */
import { createHash } from "node:crypto";
import type { ThreadSettings } from "@skein/timeline/event";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { baseInstructions } from "./base-instructions.ts";
import { presentPermissions } from "./permissions.ts";

export type Told = Readonly<Record<string, string>>;

export interface World {
  readonly settings: ThreadSettings;
  /** null: the thread has no environment. */
  readonly shell: string | null;
  /** The tenant lets commands connect to somewhere. */
  readonly hasNetwork: boolean;
  /** The project's instructions for the current directory; undefined when they were not read again. */
  readonly projectInstructions: string | null | undefined;
  /** YYYY-MM-DD in `timeZone`. */
  readonly date: string;
  readonly timeZone: string;
}

export interface ContextChange {
  readonly items: readonly ResponseInputItem[];
  /** Only the sections that changed. */
  readonly told: Told;
}

export function deriveContextChange(told: Told, world: World): ContextChange {
  const change: { items: ResponseInputItem[]; told: Record<string, string> } = { items: [], told: {} };
  const isNew = (section: string, value: string): boolean => {
    if (told[section] === value) return false;
    change.told[section] = value;
    return true;
  };
  const base = world.settings.baseInstructions ?? baseInstructions;
  // Told once: the agent's own text may change with a release, a thread that has begun keeps what it was told.
  if (told.base === undefined && isNew("base", digest(base))) change.items.push(message("developer", [base]));
  const guidance = [developerPart(world, isNew), permissionsPart(world, isNew), modelPart(told, world, isNew)];
  const surroundings = [projectPart(told, world, isNew), environmentPart(world, isNew)];
  pushMessage(change.items, "developer", guidance);
  pushMessage(change.items, "user", surroundings);
  return change;
}

/** Whether the project's instructions have to be read: once per directory. */
export function needsProjectInstructions(told: Told, settings: ThreadSettings): boolean {
  return told.projectDirectory !== settings.cwd;
}

/** By time zone: making one takes 0.1 ms, and memory outside the heap. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();

export function dateIn(timeZone: string, nowMs: number): string {
  let format = dateFormats.get(timeZone);
  if (format === undefined) {
    // The Swedish locale writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
    dateFormats.set(timeZone, format);
  }
  return format.format(nowMs);
}

type IsNew = (section: string, value: string) => boolean;

function developerPart({ settings }: World, isNew: IsNew): string | null {
  const text = settings.developerInstructions;
  return isNew("developer", text === null ? "" : digest(text)) && text !== null ? text : null;
}

function permissionsPart({ settings, shell, hasNetwork }: World, isNew: IsNew): string | null {
  if (shell === null) return null;
  const text = presentPermissions(settings, hasNetwork);
  return isNew("permissions", digest(text)) ? text : null;
}

function modelPart(told: Told, { settings }: World, isNew: IsNew): string | null {
  if (!isNew("model", settings.model) || told.model === undefined) return null;
  return `<model_change>From here on ${settings.model} continues this thread in place of ${told.model}.</model_change>`;
}

function projectPart(told: Told, { settings, projectInstructions: text }: World, isNew: IsNew): string | null {
  if (text === undefined) return null;
  isNew("projectDirectory", settings.cwd);
  const isChanged = isNew("project", text === null ? "" : digest(text));
  if (!isChanged || (text === null && !told.project)) return null;
  const body = text ?? "No project instructions apply here; those given earlier no longer do.";
  return `<project_instructions directory="${settings.cwd}">\n${body}\n</project_instructions>`;
}

function environmentPart({ settings, shell, date, timeZone }: World, isNew: IsNew): string | null {
  const facts: readonly (readonly [string, string | null])[] = [
    ["cwd", shell === null ? null : settings.cwd],
    ["shell", shell],
    ["current_date", date],
    ["timezone", timeZone],
  ];
  const lines = facts.flatMap(([name, value]) => {
    return value !== null && isNew(name, value) ? [`  <${name}>${value}</${name}>`] : [];
  });
  return lines.length === 0 ? null : `<environment_context>\n${lines.join("\n")}\n</environment_context>`;
}

function pushMessage(items: ResponseInputItem[], role: "developer" | "user", parts: readonly (string | null)[]): void {
  const texts = parts.filter((part) => part !== null && part !== "") as string[];
  if (texts.length > 0) items.push(message(role, texts));
}

function message(role: "developer" | "user", texts: readonly string[]): ResponseInputItem {
  return { type: "message", role, content: texts.map((text) => ({ type: "input_text", text })) };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
