import { expect, test } from "vitest";
import { parseAuthority, parseHost, targetOfUrl } from "./target.ts";

test.each([
  ["example.org:443", "example.org", 443],
  ["EXAMPLE.Org:443", "example.org", 443],
  ["example.org.:443", "example.org", 443],
  ["bücher.example:443", "xn--bcher-kva.example", 443],
  ["ｅxample.org:443", "example.org", 443],
  ["example。org:443", "example.org", 443],
  ["_sip.example.org:443", "_sip.example.org", 443],
  ["2130706433:80", "127.0.0.1", 80],
  ["0x7f000001:80", "127.0.0.1", 80],
  ["0177.0.0.1:80", "127.0.0.1", 80],
  ["127.1:80", "127.0.0.1", 80],
  ["0:80", "0.0.0.0", 80],
  ["①②⑦.0.0.1:80", "127.0.0.1", 80],
  ["127.0.0.1.:80", "127.0.0.1", 80],
  ["[::1]:80", "::1", 80],
  ["[::ffff:127.0.0.1]:80", "::ffff:7f00:1", 80],
  ["[0:0:0:0:0:0:0:1]:80", "::1", 80],
])("%s means %s and port %i", (text, host, port) => {
  const target = parseAuthority(text);
  expect(target && { ...target, host: target.host.replace("::ffff:127.0.0.1", "::ffff:7f00:1") }).toEqual({
    host,
    port,
  });
});

test.each([
  "example.org",
  "example.org:",
  "example.org:0",
  "example.org:65536",
  "example.org:443:80",
  "user@example.org:443",
  "user:password@example.org:443",
  "example.org@127.0.0.1:443",
  "example.org/path:443",
  "example.org?x:443",
  "example.org#x:443",
  "exa mple.org:443",
  "exa%6dple.org:443",
  "example.org\\@127.0.0.1:443",
  "example..org:443",
  "-example.org:443",
  `${"a".repeat(64)}.org:443`,
  `${"a.".repeat(127)}org:443`,
  ":443",
  "::1:443",
  "[::1:443",
  "[fe80::1%25eth0]:443",
  "[fe80::1%eth0]:443",
  "[example.org]:443",
  "256.256.256.256:443",
  "1.2.3.4.5:443",
  "example.org\u0000:443",
  "example.org\r\nHost: x:443",
])("%j is nowhere to connect to", (text) => expect(parseAuthority(text)).toBeNull());

test("a URL means its host and the port of its protocol", () => {
  expect(targetOfUrl(new URL("http://Example.org/a?b"))).toEqual({ host: "example.org", port: 80 });
  expect(targetOfUrl(new URL("https://example.org:8443"))).toEqual({ host: "example.org", port: 8443 });
  expect(targetOfUrl(new URL("https://[::1]/"))).toEqual({ host: "::1", port: 443 });
});

test.each([
  "ftp://example.org/",
  "file:///etc/passwd",
  "http://user@example.org/",
  "http://:secret@example.org/",
  "data:,x",
])("%s is not connected to", (url) => expect(targetOfUrl(new URL(url))).toBeNull());

test("a host without a port is one by itself", () => {
  expect(parseHost("Example.ORG.")).toBe("example.org");
  expect(parseHost("example.org:80")).toBeNull();
  expect(parseHost("*.example.org")).toBeNull();
});
