/** What people and tenants may be called, whichever way it comes. */
import { z } from "zod";

const maxNameChars = 100;

/** Control and invisible characters could make one name look like another. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(maxNameChars, `must have at most ${maxNameChars} characters`)
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, "must not hold invisible characters");
