/** Writes `protocol.json` from the registries and prints its hash for `history.json`. */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { deriveJsonSchema } from "../src/json-schema.ts";

const text = `${JSON.stringify(deriveJsonSchema(), null, 1)}\n`;
await writeFile(new URL("protocol.json", import.meta.url), text);
console.log(`sha256 ${createHash("sha256").update(text).digest("hex")}`);
