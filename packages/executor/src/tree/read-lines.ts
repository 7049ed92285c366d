/** What the program that works on trees prints, line by line; stderr is the sandbox's. */
import { EnvironmentFailure } from "@skein/core/ports";
import type { HostProcess } from "../host/runner-host.ts";

/** Throws `EnvironmentFailure` at a line longer than `maxLength` UTF-16 units: what runs beside the program in the sandbox may speak for it. */
export async function* readLines({ chunks }: Pick<HostProcess, "chunks">, maxLength: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const { stream, bytes } of chunks) {
    if (stream === "stderr") continue;
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > maxLength)
      throw new EnvironmentFailure(`a program wrote a line of more than ${maxLength} characters`);
  }
}
