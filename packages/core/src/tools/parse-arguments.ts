import { z } from "zod";

export type ParsedArguments<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** A function call's arguments. The error names the field and is meant for the model. Unknown fields are let pass. */
export function parseArguments<T>(schema: z.ZodType<T>, json: string): ParsedArguments<T> {
  let value: unknown;
  try {
    value = JSON.parse(json === "" ? "{}" : json);
  } catch (error) {
    return failure((error as Error).message);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return failure(
    parsed.error.issues.map((issue) => `${issue.path.join(".") || "arguments"}: ${issue.message}`).join("; "),
  );
}

function failure(what: string): ParsedArguments<never> {
  return { ok: false, error: `failed to parse function arguments: ${what}` };
}

/** The schema as a function tool declares it. */
export function parametersOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { io: "input" });
  return parameters;
}
