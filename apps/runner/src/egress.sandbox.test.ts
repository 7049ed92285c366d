import { readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { NetworkGate, NetworkRequest, NetworkVerdict, ProxyRefusal } from "@skein/core/ports";
import { parseInternalHosts } from "@skein/executor/egress/internal-hosts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { commandSpec, finish, OutputReader, run, workspaceWrite } from "./sandbox-command.ts";

const networked = { ...workspaceWrite, networkAccess: true };
const proxySocket = "/run/skein-proxy.sock";

/** Writes down what is asked, and answers as it is told. */
class ScriptedGate implements NetworkGate {
  readonly asked: NetworkRequest[] = [];
  readonly turnedAway: { host: string; reason: string }[] = [];
  readonly refusedBy: ProxyRefusal[] = [];
  /** Whether connections that are open are still allowed; rejects when nobody can say. */
  stillAllows: () => Promise<boolean> = async () => true;
  #answer: (request: NetworkRequest, signal: AbortSignal) => NetworkVerdict | Promise<NetworkVerdict>;

  constructor(
    answer: (request: NetworkRequest, signal: AbortSignal) => NetworkVerdict | Promise<NetworkVerdict> = () => ({
      type: "allow",
    }),
  ) {
    this.#answer = answer;
  }

  async decide(request: NetworkRequest, signal: AbortSignal): Promise<NetworkVerdict> {
    this.asked.push(request);
    return this.#answer(request, signal);
  }

  holds(): Promise<boolean> {
    return this.stillAllows();
  }

  refused({ host }: NetworkRequest, reason: string, by: ProxyRefusal): void {
    this.turnedAway.push({ host, reason });
    this.refusedBy.push(by);
  }
}

describe.skipIf(!hasBubblewrap)("a sandbox's way out", () => {
  let server: Server;
  let port: number;
  let received: { host: string | undefined; url: string | undefined; headers: object }[];
  /** Resolved when a connection is open on which nothing more comes. */
  let opened: PromiseWithResolvers<void>;
  let bench: SandboxBench;
  /** What names mean; a name takes its answers one after the other, the last stays. */
  const answers = new Map<string, string[]>();

  beforeAll(async () => {
    server = createServer((request, response) => {
      received.push({ host: request.headers.host, url: request.url, headers: request.headers });
      if (request.url === "/forever") {
        response.write("begun");
        opened.resolve();
      } else if (request.url === "/large") response.end(Buffer.alloc(4_000_000));
      else if (request.method === "POST") request.pipe(response);
      else response.end(`hello from ${request.headers.host}\n`);
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
    bench = await SandboxBench.open({
      egressRules: {
        // Only this port: whatever else is on this machine stays refused.
        internal: parseInternalHosts(`127.0.0.1:${port}`),
        ownAddresses: () => new Set(),
        async lookup(name) {
          const left = answers.get(name) ?? [];
          const [next] = left.length > 1 ? left.splice(0, 1) : left;
          if (next === undefined) throw Object.assign(new Error(`no ${name}`), { code: "ENOTFOUND" });
          return next.split(" ");
        },
      },
      proxyLimits: { maxBytes: 20_000_000, lookMs: 20 },
    });
  });
  beforeEach(() => {
    received = [];
    opened = Promise.withResolvers();
    answers.set("allowed.example", ["127.0.0.1"]);
  });
  afterEach(() => answers.clear());
  afterAll(async () => {
    await bench?.close();
    server.closeAllConnections();
    server.close();
  });

  const curl = (address: string, options = "") =>
    `curl -sS --max-time 20 ${options} ${JSON.stringify(address)} 2>&1; echo "exit $?"`;

  test("is not there without somebody who decides, nor for a policy without network", async () => {
    const environment = await bench.thread();
    const look = `ls ${proxySocket}; echo "[$HTTPS_PROXY]"; ${curl(`http://allowed.example:${port}/`)}`;
    for (const changes of [{ policy: networked }, { policy: workspaceWrite, network: new ScriptedGate() }]) {
      const { text } = await run(environment, look, changes);
      expect(text).toContain(`cannot access '${proxySocket}'`);
      expect(text).toContain("[]");
      expect(text).toContain("exit 6");
    }
    expect(received).toEqual([]);
  });

  test("leads to an allowed host by plain HTTP, with the host that was decided about", async () => {
    const gate = new ScriptedGate();
    const environment = await bench.thread();
    const script = curl(
      `http://allowed.example:${port}/path?q=1`,
      "-H 'Host: other.example' -H 'Connection: x-private' -H 'x-private: 1'",
    );
    const { text } = await run(environment, script, { policy: networked, network: gate });
    expect(text).toBe(`hello from allowed.example:${port}\nexit 0\n`);
    expect(gate.asked).toEqual([{ host: "allowed.example", port, protocol: "http" }]);
    expect(received).toMatchObject([{ host: `allowed.example:${port}`, url: "/path?q=1" }]);
    expect(Object.keys(received[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(proxy-.*|x-private)$/)]),
    );
  });

  test("leads to an allowed host through a tunnel, both ways and in full", async () => {
    const gate = new ScriptedGate();
    const environment = await bench.thread();
    const script = `head -c 3000000 /dev/urandom > sent; curl -sS -p --data-binary @sent -o back http://ALLOWED.example.:${port}/ && cmp sent back && echo same`;
    const { text } = await run(environment, script, { policy: networked, network: gate });
    expect(text).toBe("same\n");
    expect(gate.asked).toEqual([{ host: "allowed.example", port, protocol: "https" }]);
  });

  test("is found by programs that go by the environment", async () => {
    const environment = await bench.thread();
    const address = `http://allowed.example:${port}/`;
    const scripts = [
      `/opt/skein/bin/node -e 'fetch("${address}").then((r) => r.text()).then(console.log)'`,
      `git ls-remote ${address}repo.git 2>&1 | head -1; true`,
    ];
    for (const script of scripts) await run(environment, script, { policy: networked, network: new ScriptedGate() });
    expect(received.map(({ url }) => url)).toEqual(["/", "/repo.git/info/refs?service=git-upload-pack"]);
  });

  test.each(["a tunnel", "a plain request"])(
    "ends %s when what had allowed it is over, and not before",
    async (way) => {
      const gate = new ScriptedGate();
      const environment = await bench.thread();
      let looks = 0;
      const looked = Promise.withResolvers<void>();
      const isOver = Promise.withResolvers<boolean>();
      gate.stillAllows = async () => {
        looks += 1;
        if (looks === 1) throw new Error("the database is away");
        if (looks === 2) return true;
        looked.resolve();
        return isOver.promise;
      };
      const options = way === "a tunnel" ? "-p" : "";
      const running = run(environment, curl(`http://allowed.example:${port}/forever`, `-N ${options}`), {
        ...{ policy: networked, network: gate },
      });
      await Promise.all([opened.promise, looked.promise]);
      isOver.resolve(false);
      expect((await running).text).toMatch(/^begun.*\nexit (18|52|56)\n$/s);
      expect(gate.asked).toHaveLength(1);
    },
  );

  test("tells why a host is refused, and connects to nothing", async () => {
    const gate = new ScriptedGate(() => ({ type: "deny", reason: "allowed.example is not on the list" }));
    const environment = await bench.thread();
    const plain = await run(environment, curl(`http://allowed.example:${port}/`), { policy: networked, network: gate });
    expect(plain.text).toBe("skein: allowed.example is not on the list\nexit 0\n");
    const tunnel = await run(environment, curl(`http://allowed.example:${port}/`, "-p"), {
      policy: networked,
      network: gate,
    });
    expect(tunnel.text).toContain("response 403");
    expect(received).toEqual([]);
  });

  test.each([
    ["127.0.0.1", "loopback"],
    ["0x7f.1", "loopback"],
    ["2130706433", "loopback"],
    ["[::1]", "loopback"],
    ["[::ffff:127.0.0.1]", "embeddedIpv4"],
    ["169.254.169.254", "metadata"],
    ["inside.example", "private"],
    ["mixed.example", "private"],
  ])("does not lead to %s, whoever allows it", async (host) => {
    answers.set("inside.example", ["10.0.0.7"]);
    answers.set("mixed.example", ["127.0.0.1 10.0.0.7"]);
    const gate = new ScriptedGate();
    const environment = await bench.thread();
    // The port of a server that the operator does not except, were there one.
    const other = port === 9 ? 10 : 9;
    for (const option of ["", "-p"]) {
      const { text } = await run(environment, curl(`http://${host}:${other}/`, `--noproxy '' ${option}`), {
        policy: networked,
        network: gate,
      });
      expect(text).toMatch(/which this server does not connect to|response 403/);
    }
    expect(gate.turnedAway).toHaveLength(2);
  });

  test("asks where a name leads for each connection, and uses just that", async () => {
    answers.set("rebind.example", ["127.0.0.1", "10.0.0.7"]);
    const gate = new ScriptedGate();
    const environment = await bench.thread();
    const script = `${curl(`http://rebind.example:${port}/`, "-p")}; ${curl(`http://rebind.example:${port}/`, "-p")}`;
    const { text } = await run(environment, script, { policy: networked, network: gate });
    expect(text).toContain("hello from rebind.example");
    expect(text).toContain("response 403");
    expect(gate.turnedAway).toMatchObject([{ host: "rebind.example" }]);
    expect(received).toHaveLength(1);
  });

  test("is of no use to those who are not its commands", async () => {
    const gate = new ScriptedGate();
    const environment = await bench.thread();
    const other = await bench.thread();
    const process = await environment.start(
      commandSpec(environment, "echo $HTTPS_PROXY; read line", {
        policy: networked,
        network: gate,
        tty: { columns: 200, rows: 5 },
      }),
    );
    const output = new OutputReader(process);
    const address = (await output.until((text) => text.includes("\n"))).trim();
    const script = `ls ${proxySocket}; HTTPS_PROXY=${address} HTTP_PROXY=${address} http_proxy=${address} ${curl(`http://allowed.example:${port}/`)}`;
    // Another sandbox without a way out, one with its own, and one of its own threads' without credentials.
    expect((await run(other, script)).text).toContain("exit 7");
    const bare = curl(`http://allowed.example:${port}/`, "-x http://127.0.0.1:61080");
    const attempts = [
      [script, ["unknownCommand"]],
      [bare, []],
    ] as const;
    for (const [attempt, refusedBy] of attempts) {
      const ownGate = new ScriptedGate();
      expect((await run(other, attempt, { policy: networked, network: ownGate })).text).toContain("is not known");
      expect([ownGate.asked, ownGate.refusedBy]).toEqual([[], refusedBy]);
    }
    expect([gate.asked, gate.refusedBy]).toEqual([[], []]);
    await process.kill();
    await output.rest();
  });

  test("keeps a connection waiting while it is decided, and lets go of it when nobody wants it any more", async () => {
    const waits = Promise.withResolvers<AbortSignal>();
    const decided = Promise.withResolvers<NetworkVerdict>();
    const gate = new ScriptedGate((_request, signal) => {
      waits.resolve(signal);
      return decided.promise;
    });
    const environment = await bench.thread();
    const process = await environment.start(
      commandSpec(environment, curl(`http://allowed.example:${port}/`, "-p"), { policy: networked, network: gate }),
    );
    expect((await waits.promise).aborted).toBe(false);
    decided.resolve({ type: "allow" });
    expect((await finish(process)).text).toContain("hello from allowed.example");

    const second = Promise.withResolvers<AbortSignal>();
    const never = new ScriptedGate((_request, signal) => {
      second.resolve(signal);
      return new Promise(() => {});
    });
    const left = await environment.start(
      commandSpec(environment, curl(`http://allowed.example:${port}/`, "-p"), { policy: networked, network: never }),
    );
    const signal = await second.promise;
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
    await left.kill();
    await finish(left);
    await aborted;
    expect(received).toHaveLength(1);
  });

  test("ends with its sandbox, and leaves nothing on the machine", async () => {
    const own = await SandboxBench.open({
      egressRules: {
        internal: parseInternalHosts("127.0.0.0/8"),
        ownAddresses: () => new Set(),
        lookup: async () => ["127.0.0.1"],
      },
    });
    const environment = await own.thread();
    const gate = new ScriptedGate();
    const closed = new Promise<void>((resolve) => {
      server.once("connection", (socket) => socket.once("close", () => resolve()));
    });
    const process = await environment.start(
      commandSpec(
        environment,
        `exec 3<>/dev/tcp/127.0.0.1/61080; printf 'CONNECT allowed.example:${port} HTTP/1.1\\r\\nProxy-Authorization: Basic %s\\r\\n\\r\\n' $(printf '%s' "$HTTPS_PROXY" | sed 's#http://\\(.*\\)@.*#\\1#' | base64 -w0) >&3; head -1 <&3; sleep 600`,
        { policy: networked, network: gate },
      ),
    );
    const output = new OutputReader(process);
    await output.until((text) => text.includes("200 Connection Established"));
    const directories = () => readdirSync(own.directory).filter((name) => name.startsWith("out-"));
    const sockets = () => directories().flatMap((name) => readdirSync(join(own.directory, name)));
    expect(sockets()).toHaveLength(1);
    await environment.close();
    await closed;
    expect(sockets()).toEqual([]);
    await own.environments.closeAll();
    expect(directories()).toEqual([]);
    await own.close();
  });

  test("carries no more bytes than it may", async () => {
    const environment = await bench.thread();
    const gate = new ScriptedGate();
    const large = curl(`http://allowed.example:${port}/large`, "-p -o /dev/null");
    const { text } = await run(environment, Array.from({ length: 6 }, () => large).join("; "), {
      policy: networked,
      network: gate,
    });
    const codes = [...text.matchAll(/exit (\d+)/g)].map(([, code]) => Number(code));
    expect(codes.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(codes.at(-1)).not.toBe(0);
    expect(new Set(gate.refusedBy)).toEqual(new Set(["bytes"]));
    // Another sandbox has its own.
    const other = await bench.thread();
    expect((await run(other, large, { policy: networked, network: gate })).text).toBe("exit 0\n");
  });
});
