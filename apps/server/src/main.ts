/** The server process: reads the configuration, opens the app, and closes it when it is asked to stop. */
import pino from "pino";
import { type App, openApp } from "./app.ts";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { emptyCoreDumps } from "./core-dumps.ts";
import { logOptions } from "./log-options.ts";

const linkWords = {
  signIn: "Sign in",
  firstOwner: "Make the first owner's account",
  password: "Set a new password",
} as const;

emptyCoreDumps();

try {
  const config = readConfig(process.env, process.getuid?.() === 0);
  // Secrets stay in `config`; nothing that this process starts can read them from its environment.
  const secrets = [
    "OPENAI_API_KEY",
    "SKEIN_ACCESS_TOKEN",
    "SKEIN_METRICS_TOKEN",
    "SKEIN_OIDC_CLIENT_SECRET",
    "SKEIN_RUNNER_TOKEN",
    "DATABASE_URL",
    "NATS_URL",
  ];
  for (const name of [...secrets, "SKEIN_SECRET", "SKEIN_SECRET_PREVIOUS"]) delete process.env[name];
  const app = await openApp(config, pino(logOptions(config.logLevel)));
  stopOnSignal(app);
  void app.failed.then((reason) => {
    console.error(reason);
    process.exit(1);
  });
  console.log(`Skein is ready at ${app.address.url}`);
  const link = await app.consoleLink();
  if (link.type !== "none") console.log(`${linkWords[link.type]} (once, within 15 minutes): ${link.url}`);
  if (config.accounts && config.publicUrl !== null && !app.address.secure)
    console.warn(describePlainHttp(app.address.url));
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function describePlainHttp(url: string): string {
  return `${url} is plain http: whoever is on the way can read passwords and sessions. Put a proxy with TLS before it.`;
}

/** The second signal ends the process at once. */
function stopOnSignal(app: App): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      app.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}
