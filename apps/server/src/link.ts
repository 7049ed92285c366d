/** Prints a new sign-in link of the server that runs on this machine: `npm run link`. */
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { readControlFile } from "./control/control-file.ts";

try {
  const { dataDirectory } = readConfig(process.env, process.getuid?.() === 0);
  const control = await readControlFile(dataDirectory);
  if (control === null) throw new Error(`no Skein server is running on ${dataDirectory}; start it with: npm start`);
  console.log(await askForLink(control.url, control.secret));
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function askForLink(url: string, secret: string): Promise<string> {
  const headers = { authorization: `Bearer ${secret}` };
  const response = await fetch(`${url}/api/control/sign-in-link`, { method: "POST", headers }).catch(() => null);
  if (response === null) throw new Error(`the server at ${url} does not answer`);
  if (!response.ok) throw new Error(`the server at ${url} answered ${response.status}`);
  const { link } = (await response.json()) as { link: string };
  return link;
}
