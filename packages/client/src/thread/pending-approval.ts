import type { PendingApproval } from "@skein/timeline/reduce/timeline";
import type { ServerRequest } from "../rpc/rpc-client.ts";

/** A server request as the approval that it repeats. `now`: milliseconds since the epoch, for a request that does not say when. */
export function pendingApprovalOf(request: ServerRequest, now: number): PendingApproval {
  const { threadId, turnId, itemId } = request.params;
  const ref = { threadId, turnId, itemId, approvalId: String(request.id), requestId: request.id };
  switch (request.method) {
    case "item/commandExecution/requestApproval": {
      const { params } = request;
      return {
        kind: "commandExecution",
        ...ref,
        at: params.startedAtMs,
        approvalId: params.approvalId ?? ref.approvalId,
        params,
      };
    }
    case "item/fileChange/requestApproval":
      return { kind: "fileChange", ...ref, at: request.params.startedAtMs, params: request.params };
    case "item/tool/requestUserInput":
      return { kind: "questions", ...ref, at: now, params: request.params };
  }
}
