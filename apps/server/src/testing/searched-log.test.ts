import pino from "pino";
import { expect, test } from "vitest";
import { makeSecret } from "../identity/secret.ts";
import { logOptions } from "../log-options.ts";
import { SearchedLog } from "./searched-log.ts";

function judged(write: (log: pino.Logger) => void): () => void {
  const searched = new SearchedLog(["a-token-of-the-server"]);
  write(pino(logOptions("info"), searched));
  return () => searched.judge();
}

test("a secret in a line is found, in whatever it stands", () => {
  const texts = [
    makeSecret(),
    makeSecret("skein_pat_"),
    `opened by ${makeSecret("skein_share_")}`,
    "a-token-of-the-server",
  ];
  for (const text of [...texts, "for the password correct horse battery", "GET /sign-in?token=short"]) {
    expect(judged((log) => log.info(text))).toThrow("the log holds secrets");
    expect(judged((log) => log.error({ err: new Error(text) }, "failed"))).toThrow("the log holds secrets");
  }
  const nested = { a: { b: { headers: { cookie: "skein-4500=x" } } } };
  expect(judged((log) => log.info(nested))).toThrow("a header that proves who somebody is");
});

test("what a server says of its work is none", () => {
  const ids = { tenantId: crypto.randomUUID(), sessionId: crypto.randomUUID(), ip: "127.0.0.1" };
  const headers = { cookie: "skein-4500=x", authorization: `Bearer ${makeSecret()}` };
  expect(
    judged((log) => {
      log.info(ids, "a session was opened");
      log.info({ headers, req: { url: "/sign-in?token=abc", headers } }, "a request");
      log.error({ err: new Error("relation does not exist") }, "a route failed");
    }),
  ).not.toThrow();
});
