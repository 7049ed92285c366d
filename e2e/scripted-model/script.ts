/**
 * What the scripted model answers. A script is the list of a turn's responses, in order; a response is a list of steps.
 * A test hands scripts over in process, or writes one into the prompt, so that any client of any server can name it:
 *
 *     SCRIPT:{"responses":[[{"type":"text","deltas":20000,"size":4}]]}
 */

export type Step =
  | { readonly type: "reasoning"; readonly summary: readonly string[] }
  /** The given text, one delta per entry; `delayMs` lies before each delta. A gate among them holds back the rest. */
  | {
      readonly type: "say";
      readonly deltas: readonly (string | { readonly gate: string })[];
      readonly delayMs?: number;
      readonly phase?: Phase;
    }
  /** Made-up text: so many deltas of so many characters each. */
  | {
      readonly type: "text";
      readonly deltas: number;
      readonly size: number;
      readonly delayMs?: number;
      readonly phase?: Phase;
    }
  /** Deltas that say when they were written (`readStamps`), so that a client can tell how long they took to arrive. */
  | { readonly type: "stamps"; readonly deltas: number; readonly delayMs: number }
  | { readonly type: "call"; readonly name: string; readonly arguments: unknown; readonly callId?: string }
  | { readonly type: "customCall"; readonly name: string; readonly input: string; readonly callId?: string }
  /** Everything before it has reached the client; the rest waits until the test releases the gate. */
  | { readonly type: "gate"; readonly name: string }
  /** Bytes as they are, for malformed streams. */
  | { readonly type: "raw"; readonly data: string }
  | ({
      readonly type: "status";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Headers;
    } & Failing)
  | ({ readonly type: "cut" } & Failing)
  | ({ readonly type: "end" } & Failing)
  | ({ readonly type: "hang" } & Failing)
  | ({ readonly type: "fail"; readonly code: string; readonly message: string } & Failing)
  | ({ readonly type: "incomplete"; readonly reason: string } & Failing)
  /** What the response says it cost; 100 in and 10 out when a response names nothing. */
  | { readonly type: "usage"; readonly inputTokens: number; readonly outputTokens: number };

export type Phase = "commentary" | "final_answer";

type Headers = Readonly<Record<string, string>>;

/**
 * `status`: an HTTP error instead of a stream. `cut`: the socket is destroyed. `end`: the stream ends without its last
 * event. `hang`: nothing more comes, until the client gives up. `fail`, `incomplete`: the API's own unhappy last events.
 * With `times`, a step fails that many attempts of the same response and is skipped in later ones.
 */
interface Failing {
  readonly times?: number;
}

export interface Script {
  readonly responses: readonly (readonly Step[])[];
}

const marker = "SCRIPT:";

/** The script that a prompt names, on a line of its own; null when it names none. Throws when the line is no JSON. */
export function scriptInPrompt(prompt: string): Script | null {
  const line = prompt.split("\n").find((candidate) => candidate.trimStart().startsWith(marker));
  if (line === undefined) return null;
  const script: unknown = JSON.parse(line.trimStart().slice(marker.length));
  if (typeof script !== "object" || script === null || !("responses" in script) || !Array.isArray(script.responses)) {
    throw new Error("a SCRIPT line needs an object with responses");
  }
  return script as Script;
}

/** The prompt line that names a script, for clients that are driven from outside. */
export function promptFor(script: Script): string {
  return marker + JSON.stringify(script);
}
