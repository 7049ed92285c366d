/**
 * What a client sends: each message is one frame. Requests go to the router and answers to the server's own requests to
 * whoever asked, at most so many at a time. What is no frame is answered as such, and the connection goes on. Who sends too
 * much is refused requests, never answers, and is read more slowly.
 */
import { closeCodes } from "@skein/protocol/close-codes";
import { type ErrorObject, errors, type ProtocolError, type RequestLimit, toErrorObject } from "@skein/protocol/errors";
import { type Frame, parseFrame } from "@skein/protocol/json-rpc";
import type { RawData, WebSocket } from "ws";
import { costOf } from "../methods/method-costs.ts";
import type { Intake } from "../rate/intake.ts";
import type { RefusalCounts } from "../rate/refusal-counts.ts";
import type { Connection } from "./connection.ts";
import { HeldReading } from "./held-reading.ts";

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
const maxRefusals = 5_000;

/** What a connection may send, and who is told of what was too much. */
export interface Toll {
  readonly intake: Intake;
  readonly refusals: Pick<RefusalCounts, "count">;
}

export function receiveFrames(socket: WebSocket, connection: Connection, receiver: FrameReceiver, toll: Toll): void {
  const { intake, refusals } = toll;
  const reading = new HeldReading(socket);
  const hold = (ms: number): void => {
    if (ms > 0 && reading.holdFor(ms)) refusals.count("inbound");
  };
  const request = takeRequests(connection, receiver, toll, hold);
  const answer = takeAnswers(connection, receiver);

  const invalid = (error: ErrorObject): void => {
    if (intake.mayBeMalformed()) {
      connection.respond({ error, id: null });
      return;
    }
    refusals.count("malformed");
    connection.close(closeCodes.malformed);
  };

  socket.on("message", (data, isBinary) => {
    if (connection.isClosed) return;
    hold(intake.received(sizeOf(data)));
    if (isBinary) return invalid(toErrorObject(errors.invalidFrame("binary messages are not spoken")));
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
        invalid(frame.error);
        return;
      case "notification":
        // `initialized` is the only one there is, and nothing waits for it.
        return;
    }
  });
}

function takeRequests(
  connection: Connection,
  receiver: FrameReceiver,
  toll: Toll,
  hold: (ms: number) => void,
): (frame: Request) => Promise<void> {
  const { intake, refusals } = toll;
  let inFlight = 0;
  let refusedInARow = 0;

  const refuse = ({ id }: Request, error: ProtocolError, limit: "inFlight" | RequestLimit): void => {
    refusals.count(`requests.${limit}`);
    refusedInARow += 1;
    if (refusedInARow > maxRefusals) {
      connection.close(closeCodes.flooding);
      return;
    }
    hold(intake.refused());
    connection.respond({ error: toErrorObject(error), id });
  };

  return async (frame) => {
    if (inFlight >= maxInFlight) return refuse(frame, errors.overloaded(), "inFlight");
    const tooMuch = intake.admit(costOf(frame.method));
    if (tooMuch !== null) return refuse(frame, errors.rateLimited(tooMuch), tooMuch.limit);
    inFlight += 1;
    await receiver.route(frame, connection);
    inFlight -= 1;
    refusedInARow = 0;
  };
}

/** They are not counted in any limit on requests: a person's word must get through. */
function takeAnswers(connection: Connection, receiver: FrameReceiver): (frame: Answer) => Promise<void> {
  let inFlight = 0;
  return async (frame) => {
    // It cannot be refused as a request can; given again on the next connection, it counts as well.
    if (inFlight >= maxInFlight) return connection.close(closeCodes.flooding);
    inFlight += 1;
    await receiver.answered(frame, connection);
    inFlight -= 1;
  };
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, { length }) => sum + length, 0) : data.byteLength;
}
