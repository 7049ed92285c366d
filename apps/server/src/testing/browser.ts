/** A browser as far as cookies and forms go: what the server sets it keeps, and sends along with everything. */

import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { WebSocket } from "ws";
import { TestClient } from "./test-client.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  readonly body: any;
}

export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** `headers`: sent with everything, instead of what a browser would send. */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.#headers = headers;
  }

  get(path: string): Promise<Answer> {
    return this.#send("GET", path, null);
  }

  post(path: string, body: object = {}): Promise<Answer> {
    return this.#send("POST", path, JSON.stringify(body));
  }

  /** As a form of a page sends it. */
  submit(path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    return this.#send("POST", path, new URLSearchParams(fields).toString(), "application/x-www-form-urlencoded");
  }

  /** A socket that has said hello. `replay`: it is told what only Skein's own clients are. */
  async connect({ replay = false }: { readonly replay?: boolean } = {}): Promise<TestClient> {
    const socket = new WebSocket(this.#url.replace(/^http/, "ws"), { headers: this.#withCookies() });
    const client = new TestClient(socket);
    await once(socket, "open");
    await client.request("initialize", {
      clientInfo: { name: "browser", version: "1" },
      capabilities: { experimentalApi: true, ...(replay ? { extensions: { "skein/replay": {} } } : {}) },
    });
    return client;
  }

  #withCookies(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return { origin: this.#url, "user-agent": "a browser", ...(cookie === "" ? {} : { cookie }), ...this.#headers };
  }

  /** By Node's own client: `fetch` sets Host and Origin as it likes. */
  #send(method: string, path: string, body: string | null, type = "application/json"): Promise<Answer> {
    const headers = { ...(body === null ? {} : { "content-type": type }), ...this.#withCookies() };
    return new Promise((resolve, reject) => {
      const sent = httpRequest(new URL(this.#url + path), { method, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => {
          this.#keep(response.headers["set-cookie"] ?? []);
          const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: isJson ? JSON.parse(text) : text,
          });
        });
      });
      sent.on("error", reject);
      sent.end(body ?? undefined);
    });
  }

  #keep(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "" || /max-age=0\b/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}
