/**
 * For objects that carry the same thing in one of two ways: `z.object({…}).refine(...oneOf("url", "fileId"))`. JSON Schema as
 * we derive it cannot say this.
 */
export function oneOf<A extends string, B extends string>(first: A, second: B) {
  const check = (value: { readonly [K in A | B]?: unknown }): boolean =>
    typeof value[first] === "string" || typeof value[second] === "string";
  return [check, { message: `missing field \`${first}\` or \`${second}\`` }] as const;
}
