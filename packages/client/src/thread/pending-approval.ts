import type { PendingApproval } from "@skein/timeline/reduce/timeline";
import type { ServerRequest } from "../rpc/rpc-client.ts";

/** A server request as the approval that it repeats; null when it asks for something else. */
export function pendingApprovalOf(request: ServerRequest): PendingApproval | null {
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return {
        kind: "commandExecution",
        ...refOf(request),
        approvalId: request.params.approvalId ?? String(request.id),
        params: request.params,
      };
    case "item/fileChange/requestApproval":
      return { kind: "fileChange", ...refOf(request), params: request.params };
    case "item/tool/requestUserInput":
      return null;
  }
}

function refOf({ id, params }: Exclude<ServerRequest, { method: "item/tool/requestUserInput" }>) {
  const { threadId, turnId, itemId, startedAtMs: at } = params;
  return { threadId, turnId, itemId, approvalId: String(id), requestId: id, at };
}
