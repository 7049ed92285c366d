/**
 * What a client sends: each message is one frame. Requests go to the router and answers to the server's own requests to
 * whoever asked, at most so many at a time. What is no frame is answered as such, and the connection goes on.
 */
import { closeCodes } from "@skein/protocol/close-codes";
import { type ErrorObject, errors, toErrorObject } from "@skein/protocol/errors";
import { type Frame, parseFrame } from "@skein/protocol/json-rpc";
import type { WebSocket } from "ws";
import type { Connection } from "./connection.ts";

export type Request = Extract<Frame, { kind: "request" }>;
export type Answer = Extract<Frame, { kind: "response" | "failure" }>;

export interface FrameReceiver {
  route(request: Request, connection: Connection): Promise<void>;
  /** Resolves when the answer has been taken, or was not accepted; never rejects. */
  answered(answer: Answer, connection: Connection): Promise<void>;
}

/** Of requests, and of answers. The real server refuses from about 270 on; a client that pipelines this much has lost count. */
const maxInFlight = 256;
/** So many refused in a row, without one answered in between, is no accident. */
const maxRefusals = 10_000;

export function receiveFrames(socket: WebSocket, connection: Connection, receiver: FrameReceiver): void {
  let inFlight = 0;
  let answersInFlight = 0;
  let refusals = 0;

  const request = async (frame: Request): Promise<void> => {
    if (inFlight >= maxInFlight) {
      refusals += 1;
      if (refusals > maxRefusals) return connection.close(closeCodes.flooding);
      connection.respond({ error: toErrorObject(errors.overloaded()), id: frame.id });
      return;
    }
    inFlight += 1;
    await receiver.route(frame, connection);
    inFlight -= 1;
    refusals = 0;
  };

  const answer = async (frame: Answer): Promise<void> => {
    // It cannot be refused as a request can; given again on the next connection, it counts as well.
    if (answersInFlight >= maxInFlight) return connection.close(closeCodes.flooding);
    answersInFlight += 1;
    await receiver.answered(frame, connection);
    answersInFlight -= 1;
  };

  socket.on("message", (data, isBinary) => {
    if (connection.isClosed) return;
    if (isBinary)
      return respondInvalid(connection, toErrorObject(errors.invalidFrame("binary messages are not spoken")));
    const frame = parseFrame(data.toString());
    switch (frame.kind) {
      case "request":
        void request(frame);
        return;
      case "response":
      case "failure":
        void answer(frame);
        return;
      case "invalid":
        respondInvalid(connection, frame.error);
        return;
      case "notification":
        // `initialized` is the only one there is, and nothing waits for it.
        return;
    }
  });
}

function respondInvalid(connection: Connection, error: ErrorObject): void {
  connection.respond({ error, id: null });
}
