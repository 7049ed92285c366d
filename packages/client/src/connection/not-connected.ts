/** There is no connection, so nothing was sent: the same call may be made again without harm. */
export class NotConnected extends Error {
  override readonly name = "NotConnected";
}
