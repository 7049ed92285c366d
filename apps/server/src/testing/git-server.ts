/** A real server of repositories: Git's own, behind HTTPS with a certificate that nobody knows but who is told of it. */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { promisify } from "node:util";

const run = promisify(execFile);

export const gitUsername = "reader";
export const gitToken = "skeintest-b81f0c2e55d947";

export interface GitServer {
  readonly port: number;
  /** Of one of its repositories: `open/…` for everybody, `private/…` for who has the token, `renamed/…` and `moved/…` send on. */
  address(path: string): string;
  /** The file that holds its certificate. */
  readonly certificateFile: string;
  readonly heard: { readonly url: string; readonly authorization: string | undefined }[];
  /** Where `moved/…` leads. */
  movedTo: string;
  /** Makes a bare repository of these files at `path`. */
  add(path: string, files: Readonly<Record<string, string | Buffer>>): Promise<string>;
  /** Runs Git in a repository that was added. */
  git(path: string, args: readonly string[], input?: Buffer): Promise<string>;
  /** Holds packs back from now on; resolves when one has been asked for. */
  hold(): { readonly asked: Promise<void>; release(): void };
  /** For this process and what it connects to by TLS. */
  trust(): () => void;
  stop(): Promise<void>;
}

export async function startGitServer(): Promise<GitServer> {
  const directory = await mkdtemp(join(tmpdir(), "skein-git-"));
  const certificateFile = join(directory, "certificate.pem");
  const keyFile = join(directory, "key.pem");
  await run("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
    ...["-keyout", keyFile, "-out", certificateFile],
  ]);
  const certificate = await readFile(certificateFile, "utf8");
  const heard: GitServer["heard"] = [];
  let held: { asked: PromiseWithResolvers<void>; released: PromiseWithResolvers<void> } | null = null;
  const server = createServer({ cert: certificate, key: await readFile(keyFile) }, (request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { url = "", headers } = request;
    heard.push({ url, authorization: headers.authorization });
    const [, kind, rest = ""] = /^\/(\w+)(\/.*)?$/.exec(url) ?? [];
    if (kind === "renamed") return void response.writeHead(301, { location: `/private${rest}` }).end();
    if (kind === "moved") return void response.writeHead(301, { location: made.movedTo + rest }).end();
    if (kind === "private" && headers.authorization !== expected)
      return void response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    if (held !== null && request.method === "POST") {
      held.asked.resolve();
      await held.released.promise;
    }
    await serve(request, response, join(directory, "repositories"));
  };
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const pathOf = (path: string) => join(directory, "repositories", path);
  const git: GitServer["git"] = async (path, args, input) => {
    const child = execFile("git", ["-C", pathOf(path), ...args], { env: identity, maxBuffer: 64 * 1024 * 1024 });
    const output = promisifyChild(child);
    child.stdin?.end(input);
    return (await output).trim();
  };
  const made: GitServer = {
    ...{ port, certificateFile, heard, git },
    movedTo: "",
    address: (path) => `https://localhost:${port}/${path}`,
    add: async (path, files) => {
      await run("git", ["init", "--bare", "--quiet", "--initial-branch=main", pathOf(path)], { env: identity });
      const lines: string[] = [];
      for (const [name, contents] of Object.entries(files)) {
        const id = await git(path, ["hash-object", "-w", "--stdin"], Buffer.from(contents));
        lines.push(`100644 blob ${id}\t${name}\n`);
      }
      const tree = await git(path, ["mktree"], Buffer.from(lines.join("")));
      return commit(git, path, tree);
    },
    hold: () => {
      const holding = { asked: Promise.withResolvers<void>(), released: Promise.withResolvers<void>() };
      held = holding;
      return {
        asked: holding.asked.promise,
        release: () => {
          held = null;
          holding.released.resolve();
        },
      };
    },
    trust: () => {
      const known = tls.getCACertificates("default");
      tls.setDefaultCACertificates([...known, certificate]);
      return () => tls.setDefaultCACertificates(known);
    },
    stop: async () => {
      held?.released.resolve();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
  return made;
}

const expected = `Basic ${Buffer.from(`${gitUsername}:${gitToken}`).toString("base64")}`;

const identity = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  ...{ GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.org", GIT_AUTHOR_DATE: "1700000000 +0000" },
  ...{ GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@example.org", GIT_COMMITTER_DATE: "1700000000 +0000" },
};

/** On `main`, behind what is there. */
export async function commit(git: GitServer["git"], path: string, tree: string): Promise<string> {
  const before = await git(path, ["for-each-ref", "--format=%(objectname)", "refs/heads/main"]);
  const parents = before === "" ? [] : ["-p", before];
  const id = await git(path, ["commit-tree", tree, ...parents, "-m", "A commit"]);
  await git(path, ["update-ref", "refs/heads/main", id]);
  return id;
}

/** A tree with whatever names, which Git itself would not write. */
export async function addTree(
  { git }: GitServer,
  path: string,
  entries: readonly { readonly mode: string; readonly name: string; readonly id: string }[],
): Promise<string> {
  const body = Buffer.concat(
    entries.map(({ mode, name, id }) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")])),
  );
  const id = createHash("sha1").update(`tree ${body.length}\0`).update(body).digest("hex");
  const written = await git(path, ["hash-object", "-t", "tree", "--literally", "-w", "--stdin"], body);
  if (written !== id) throw new Error("Git has written another tree");
  return id;
}

/** As a web server calls a program of CGI. */
async function serve(request: IncomingMessage, response: ServerResponse, root: string): Promise<void> {
  const url = new URL(request.url ?? "", "https://localhost");
  const { headers } = request;
  const program = spawn("git", ["http-backend"], {
    env: {
      ...identity,
      ...{ GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: "1", REQUEST_METHOD: request.method ?? "" },
      ...{ PATH_INFO: decodeURIComponent(url.pathname), QUERY_STRING: url.search.slice(1) },
      ...{ CONTENT_TYPE: headers["content-type"] ?? "", REMOTE_ADDR: "127.0.0.1" },
      ...(headers["content-length"] === undefined ? {} : { CONTENT_LENGTH: headers["content-length"] }),
      HTTP_CONTENT_ENCODING: String(headers["content-encoding"] ?? ""),
      GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(program.stdin);
  program.stdin.on("error", () => {});
  response.once("close", () => program.kill());
  let head = Buffer.alloc(0);
  let hasBegun = false;
  for await (const chunk of program.stdout as AsyncIterable<Buffer>) {
    if (hasBegun) {
      response.write(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) continue;
    hasBegun = true;
    const given = head
      .subarray(0, end)
      .toString()
      .split("\r\n")
      .map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = Number(given.find(([name]) => name === "Status")?.[1]?.slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(given.filter(([name]) => name !== "Status")));
    response.write(head.subarray(end + 4));
  }
  response.end();
}

function promisifyChild(child: ReturnType<typeof execFile>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = "";
  let words = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    words += chunk;
  });
  child.once("error", reject);
  child.once("close", (code) => (code === 0 ? resolve(output) : reject(new Error(words))));
  return promise;
}
