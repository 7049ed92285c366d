/**
 * Prints a new link of the server that runs on this machine: `npm run link`. With accounts it is for the first owner, or for
 * whoever has forgotten their password: `npm run link -- ada@example.org`.
 */
import { request as httpRequest } from "node:http";
import { json } from "node:stream/consumers";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { type Control, readControlFile } from "./control/control-file.ts";

try {
  const { dataDirectory } = readConfig(process.env, process.getuid?.() === 0);
  const control = await readControlFile(dataDirectory);
  if (control === null) throw new Error(`no Skein server is running on ${dataDirectory}; start it with: npm start`);
  console.log(await askForLink(control, process.argv[2] ?? null));
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function askForLink(control: Control, email: string | null): Promise<string> {
  const { status, body } = await post(control, "/api/control/sign-in-link", { email });
  if (status !== 200) throw new Error(`the server at ${control.url} answered ${status}`);
  const { url } = body as { readonly url?: string };
  if (url !== undefined) return url;
  throw new Error(
    email === null
      ? "people sign in with their accounts here; name the address of one whose password is to be set anew"
      : `nobody with the address ${email} belongs to a tenant`,
  );
}

/** By Node's own client: `fetch` lets nobody choose the host, and the server answers to the one that people use only. */
function post({ url, host, secret }: Control, path: string, content: object) {
  const headers = { host, authorization: `Bearer ${secret}`, "content-type": "application/json" };
  return new Promise<{ readonly status: number; readonly body: unknown }>((resolve, reject) => {
    const sent = httpRequest(new URL(path, url), { method: "POST", headers }, (response) => {
      json(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    sent.on("error", () => reject(new Error(`the server at ${url} does not answer`)));
    sent.end(JSON.stringify(content));
  });
}
