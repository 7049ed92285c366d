/** The commands of one connection by the names that its client gives them. */
import { randomUUID } from "node:crypto";
import type { ConnectionErrands } from "./connection-errands.ts";
import type { ErrandCommand, ErrandEnd } from "./errand-command.ts";
import { TooManyErrands } from "./errand-failure.ts";
import { ErrandProcess, type TellOutput } from "./errand-process.ts";
import type { ErrandPorts } from "./errands.ts";

/** Names of one kind of method are none of the other. */
export type ProcessKind = "exec" | "spawn";

export interface ErrandRun {
  /** Its path is where it starts. */
  readonly cwd: string;
  readonly command: ErrandCommand;
  /** Called when it has started. */
  started(): void;
  readonly tell: TellOutput;
}

const maxProcesses = 16;

export class ErrandProcesses {
  readonly #errands: ConnectionErrands;
  readonly #ports: ErrandPorts;
  readonly #byName = new Map<string, ErrandProcess>();

  constructor(errands: ConnectionErrands, ports: ErrandPorts) {
    this.#errands = errands;
    this.#ports = ports;
  }

  find(kind: ProcessKind, name: string): ErrandProcess | undefined {
    return this.#byName.get(keyOf(kind, name));
  }

  /** `name` null: nobody will say anything to it. The name must be free, and is again when this settles. */
  async run(kind: ProcessKind, name: string | null, { cwd, command, started, tell }: ErrandRun): Promise<ErrandEnd> {
    if (this.#byName.size >= maxProcesses) {
      throw new TooManyErrands(`${maxProcesses} commands are running over this connection already`);
    }
    const key = keyOf(kind, name ?? randomUUID());
    const process = new ErrandProcess(command);
    this.#byName.set(key, process);
    const { client } = this.#errands;
    try {
      return await this.#errands.use(cwd, async (place) => {
        const network = await this.#ports.begin(client, place.workspaceId, command);
        await process.start(place, network);
        started();
        return process.follow(tell);
      });
    } finally {
      this.#byName.delete(key);
    }
  }
}

function keyOf(kind: ProcessKind, name: string): string {
  return `${kind} ${name}`;
}
