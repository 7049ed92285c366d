/** The scripted model as a process of its own, for a benchmark that must not share a core with it. Prints its base URL. */
import { startScriptedModel } from "./scripted-model.ts";

const model = await startScriptedModel({ requests: "dropped" });
console.log(model.baseUrl);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void model.close());
