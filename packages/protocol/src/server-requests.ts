/** Every request that the server makes of a client, with the answer it expects. */
import { z } from "zod";
import {
  commandApprovalDecisionSchema,
  commandApprovalParamsSchema,
  fileChangeApprovalDecisionSchema,
  fileChangeApprovalParamsSchema,
} from "./approval.ts";
import { requestUserInputParamsSchema, requestUserInputResponseSchema } from "./user-question.ts";

export const serverRequests = {
  "item/commandExecution/requestApproval": {
    params: commandApprovalParamsSchema,
    response: z.object({ decision: commandApprovalDecisionSchema }),
  },
  "item/fileChange/requestApproval": {
    params: fileChangeApprovalParamsSchema,
    response: z.object({ decision: fileChangeApprovalDecisionSchema }),
  },
  "item/tool/requestUserInput": {
    params: requestUserInputParamsSchema,
    response: requestUserInputResponseSchema,
  },
} as const;

export type ServerRequestMethod = keyof typeof serverRequests;
export type ServerRequestParams<M extends ServerRequestMethod> = z.output<(typeof serverRequests)[M]["params"]>;
export type ServerRequestResponse<M extends ServerRequestMethod> = z.output<(typeof serverRequests)[M]["response"]>;

export function isServerRequestMethod(name: string): name is ServerRequestMethod {
  return Object.hasOwn(serverRequests, name);
}
