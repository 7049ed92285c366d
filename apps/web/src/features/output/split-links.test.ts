import { describe, expect, it } from "vitest";
import { splitLinks } from "./split-links.ts";

describe("splitLinks", () => {
  it("finds an address between words, without the full stop after it", () => {
    expect(splitLinks("see http://localhost:5173/. Done")).toEqual([
      { text: "see ", href: null },
      { text: "http://localhost:5173/", href: "http://localhost:5173/" },
      { text: ". Done", href: null },
    ]);
  });

  it("leaves a closing bracket outside, unless the address opened it", () => {
    expect(splitLinks("(https://a.example)")[1]!.text).toBe("https://a.example");
    expect(splitLinks("https://a.example/x_(y)")[0]!.text).toBe("https://a.example/x_(y)");
  });

  it.each(["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "no address"])(
    "links nothing in %s",
    (text) => {
      expect(splitLinks(text)).toEqual([{ text, href: null }]);
    },
  );
});
