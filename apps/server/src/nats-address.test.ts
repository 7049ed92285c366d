import { expect, test } from "vitest";
import { parseNatsUrl } from "./nats-address.ts";

test("one server needs no more than its name", () => {
  expect(parseNatsUrl("nats://bus.internal")).toEqual({
    servers: ["bus.internal:4222"],
    tls: false,
    credentials: { type: "none" },
  });
});

test("several servers share credentials, which may be escaped", () => {
  expect(parseNatsUrl("tls://skein:a%40b@one:4333, tls://two")).toEqual({
    servers: ["one:4333", "two:4222"],
    tls: true,
    credentials: { type: "password", user: "skein", password: "a@b" },
  });
});

test("a name without a password is a token", () => {
  expect(parseNatsUrl("nats://s3cret@one")?.credentials).toEqual({ type: "token", token: "s3cret" });
});

test.each(["", "one:4222", "http://one", "nats://", "nats://one,", "ws://one"])("%j is no address", (text) => {
  expect(parseNatsUrl(text)).toBeNull();
});
