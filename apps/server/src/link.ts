/**
 * Prints a new link of the server that runs on this machine: `npm run link`. With accounts it is for the first owner, or for
 * whoever has forgotten their password: `npm run link -- ada@example.org`.
 */
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { readControlFile } from "./control/control-file.ts";

try {
  const { dataDirectory } = readConfig(process.env, process.getuid?.() === 0);
  const control = await readControlFile(dataDirectory);
  if (control === null) throw new Error(`no Skein server is running on ${dataDirectory}; start it with: npm start`);
  console.log(await askForLink(control.url, control.secret, process.argv[2] ?? null));
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function askForLink(url: string, secret: string, email: string | null): Promise<string> {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify({ email }) };
  const response = await fetch(`${url}/api/control/sign-in-link`, request).catch(() => null);
  if (response === null) throw new Error(`the server at ${url} does not answer`);
  if (!response.ok) throw new Error(`the server at ${url} answered ${response.status}`);
  const link = (await response.json()) as { url?: string };
  if (link.url !== undefined) return link.url;
  throw new Error(
    email === null
      ? "people sign in with their accounts here; name the address of one whose password is to be set anew"
      : `nobody with the address ${email} belongs to a tenant`,
  );
}
