import { expect, test } from "vitest";
import { presentBrowser } from "./present-session.ts";

const mozilla = "Mozilla/5.0";
test.each([
  [
    `${mozilla} (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36`,
    "Chrome on Linux",
  ],
  [`${mozilla} (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0`, "Edge on Windows"],
  [
    `${mozilla} (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604`,
    "Safari on iOS",
  ],
  [`${mozilla} (Macintosh; Intel Mac OS X 14.7; rv:140.0) Gecko/20100101 Firefox/140.0`, "Firefox on macOS"],
  [`${mozilla} (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36`, "Chrome on Android"],
  ["curl/8.0", "curl/8.0"],
  [null, "Unknown browser"],
])("%j is %s", (userAgent, words) => expect(presentBrowser(userAgent)).toBe(words));
