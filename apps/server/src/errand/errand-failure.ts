/** More at once than one connection, or one tenant on this node, may have. The message is for people. */
export class TooManyErrands extends Error {
  override readonly name = "TooManyErrands";
}
