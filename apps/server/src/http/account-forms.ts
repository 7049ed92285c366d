/** What people fill in: the same rules wherever an account or a password is made. */
import { z } from "zod";
import { nameSchema } from "../identity/name.ts";
import { maxPasswordChars, minPasswordChars } from "../identity/password.ts";

const maxEmailChars = 254;
/** Of a link's secret; whatever is longer was never one. */
const maxTokenChars = 200;

/** Of whatever form, it is right or wrong. */
export const givenPasswordSchema = z.string().max(maxPasswordChars);

export const credentialsSchema = z.object({ email: z.string().max(maxEmailChars), password: givenPasswordSchema });

export const newPasswordSchema = z
  .string()
  .min(minPasswordChars, `must have at least ${minPasswordChars} characters`)
  .max(maxPasswordChars, `must have at most ${maxPasswordChars} characters`);

export const tokenSchema = z.string().max(maxTokenChars);
export const tenantNameSchema = nameSchema;
export const personNameSchema = nameSchema;
export const emailSchema = z.string().trim().max(maxEmailChars).pipe(z.email("must be an e-mail address"));

export const newAccountSchema = z.object({
  name: nameSchema,
  email: emailSchema,
  password: newPasswordSchema,
});
