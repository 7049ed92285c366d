/** Why a turn ended badly, or why it is being retried. */
import { z } from "zod";

const httpFailureSchema = z.object({ httpStatusCode: z.int().min(0).nullable() });

/** Names without further facts stand as a string, the others as an object with one key. */
export const codexErrorInfoSchema = z.union([
  z.enum([
    "contextWindowExceeded",
    "sessionBudgetExceeded",
    "usageLimitExceeded",
    "rateLimitExceeded",
    "flexUnavailable",
    "serverOverloaded",
    "modelNotFound",
    "policyCapacityUnavailable",
    "cyberPolicy",
    "misalignmentPolicyViolation",
    "tooManyDenials",
    "internalServerError",
    "unauthorized",
    "badRequest",
    "threadRollbackFailed",
    "sandboxError",
    "inferenceHookDenied",
    "other",
  ]),
  z.object({ httpConnectionFailed: httpFailureSchema }),
  z.object({ responseStreamConnectionFailed: httpFailureSchema }),
  z.object({ responseStreamDisconnected: httpFailureSchema }),
  z.object({ responseTooManyFailedAttempts: httpFailureSchema }),
  z.object({ activeTurnNotSteerable: z.object({ turnKind: z.enum(["review", "compact"]) }) }),
]);
export type CodexErrorInfo = z.infer<typeof codexErrorInfoSchema>;

const misalignmentSchema = z.object({
  detailedExplanation: z.string().nullish(),
  errorType: z.string().nullish(),
  reviewTarget: z.string().nullish(),
  steer: z.object({ message: z.string() }).nullish(),
});

export const turnErrorSchema = z.object({
  message: z.string(),
  codexErrorInfo: codexErrorInfoSchema.nullable(),
  additionalDetails: z.string().nullable(),
  misalignment: misalignmentSchema.nullable(),
});
export type TurnError = z.infer<typeof turnErrorSchema>;
