/** How a handler refuses: it throws an entry of the protocol's catalogue, and the client gets exactly that. */
import type { ErrorObject, ProtocolError } from "@skein/protocol/errors";

export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly protocolError: ProtocolError;

  constructor(protocolError: ProtocolError) {
    super(protocolError.message);
    this.protocolError = protocolError;
  }
}

/** What another node has refused; the client gets it as that node said it. */
export class ForwardedError extends Error {
  override readonly name = "ForwardedError";
  readonly errorObject: ErrorObject;

  constructor(errorObject: ErrorObject) {
    super(errorObject.message);
    this.errorObject = errorObject;
  }
}

/** For use in expressions: `row ?? refuse(errors.threadNotFound(id))`. */
export function refuse(protocolError: ProtocolError): never {
  throw new RequestError(protocolError);
}
