/** What a server's machine has that no command may reach: files, sockets, shared memory, another tenant's workspace. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type ListenOptions, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { HostSecrets } from "./attack-report.ts";

export const secret = "hunter2-of-the-server";

export interface FalseHost {
  /** `workspaces`: files of the secret in workspaces that are not the attacker's. */
  secrets(workspaces: Pick<HostSecrets, "otherFile" | "siblingFile">): HostSecrets;
  close(): Promise<void>;
}

/** `directory`: of the data that a server keeps. Its files can be read by all, so that only the sandbox is in the way. */
export async function openFalseHost(directory: string): Promise<FalseHost> {
  const secretFile = join(directory, "key");
  writeFileSync(secretFile, secret, { mode: 0o644 });
  mkdirSync(join(directory, "database"), { recursive: true });
  const socketPath = join(directory, "database/socket");
  const abstractName = `skein-${process.pid}-${Date.now()}`;
  const servers: Server[] = [];
  const listen = async (where: string | ListenOptions): Promise<string> => {
    const server = createServer((socket) => {
      // Attackers hang up.
      socket.on("error", () => {});
      socket.end(secret);
    });
    servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.on("listening", resolve);
      server.listen(where);
    });
    const address = server.address();
    return typeof address === "object" && address !== null ? String(address.port) : "";
  };
  await listen(socketPath);
  chmodSync(socketPath, 0o777);
  await listen(`\0${abstractName}`);
  const port = await listen({ port: 0, host: "0.0.0.0" });
  const port6 = await listen({ port: 0, host: "::1" }).catch(() => "1");
  // SysV: a segment stays until somebody removes it.
  const shmId = /\d+/.exec(execFileSync("ipcmk", ["-M", "64", "-p", "0644"], { encoding: "utf8" }))?.[0] ?? "";
  return {
    secrets: (workspaces) => ({
      ...{ secret, secretFile, dataDirectory: directory, serverPid: String(process.pid), shmId },
      ...{ socketPath, abstractName, port, port6, address: ownAddress(), architecture: process.arch },
      ...workspaces,
    }),
    close: async () => {
      execFileSync("ipcrm", ["-m", shmId]);
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((of) => of ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}
