/** Which bytes of a body a request asks for. A header that is not understood counts as none (RFC 9110, 14.2). */
export type RangeDecision =
  | { readonly type: "whole" }
  /** Both ends belong to it. */
  | { readonly type: "part"; readonly from: number; readonly to: number }
  | { readonly type: "unsatisfiable" };

/** `header`: the value of `Range`. Of several ranges in one header none is served: the body is. */
export function decideRange(header: string | undefined, size: number): RangeDecision {
  const [, first, last] = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return { type: "whole" };
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? { type: "unsatisfiable" } : { type: "part", from: size - length, to: size - 1 };
  }
  const from = Number(first);
  if (last !== "" && Number(last) < from) return { type: "whole" };
  if (from >= size) return { type: "unsatisfiable" };
  return { type: "part", from, to: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}
