import type { ServerRequestMethod, ServerRequestResponse } from "@skein/protocol/server-requests";

type Approvals = Exclude<ServerRequestMethod, "item/tool/requestUserInput">;
export type ApprovalDecision = ServerRequestResponse<Approvals>["decision"];
