import { describe, expect, it } from "vitest";
import { deriveLocalUrl, derivePublicAddress, isAllowedHost, isAllowedOrigin } from "./allowed-origin.ts";

describe("on loopback", () => {
  const address = derivePublicAddress(null, 4500);

  it.each(["127.0.0.1:4500", "localhost:4500", "[::1]:4500", "LOCALHOST:4500"])("serves %s", (host) => {
    expect(isAllowedHost(address, host)).toBe(true);
    expect(isAllowedOrigin(address, `http://${host}`)).toBe(true);
  });

  it.each(["evil.example:4500", "127.0.0.1", "127.0.0.1:4501", "127.0.0.1.evil.example:4500", undefined])(
    "refuses the host %s",
    (host) => expect(isAllowedHost(address, host)).toBe(false),
  );

  it.each(["https://127.0.0.1:4500", "http://evil.example", "null", "http://127.0.0.1:4501", ""])(
    "refuses the origin %s",
    (origin) => expect(isAllowedOrigin(address, origin)).toBe(false),
  );

  it("lets a client without an origin through to the check of its token", () => {
    expect(isAllowedOrigin(address, undefined)).toBe(true);
  });
});

it.each([
  ["127.0.0.1", "http://127.0.0.1:4500"],
  ["0.0.0.0", "http://127.0.0.1:4500"],
  ["::", "http://[::1]:4500"],
  ["192.0.2.7", "http://192.0.2.7:4500"],
])("a server that listens on %s is reached at %s", (address, url) => {
  expect(deriveLocalUrl({ address, port: 4500 })).toBe(url);
});

describe("behind a public address", () => {
  const address = derivePublicAddress("https://skein.example", 4500);

  it("serves that address only", () => {
    expect(isAllowedHost(address, "skein.example")).toBe(true);
    expect(isAllowedHost(address, "127.0.0.1:4500")).toBe(false);
    expect(isAllowedOrigin(address, "https://skein.example")).toBe(true);
    expect(isAllowedOrigin(address, "http://skein.example")).toBe(false);
  });

  it("has the same cookie on every node behind it", () => {
    const [here, there] = [4500, 4501].map((port) => derivePublicAddress("http://skein.example:8080", port));
    expect(here?.cookieName).toBe("skein-8080");
    expect(there?.cookieName).toBe(here?.cookieName);
  });

  it("keeps its cookie to https", () => {
    expect(address).toMatchObject({ secure: true, cookieName: "__Host-skein-443" });
  });
});
