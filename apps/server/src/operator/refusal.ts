/** What an operator's command is not going to do. The message is for the operator, and says what to do instead. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
