/** What a person does with a message that waits. True: it was done. */
export interface QueueActions {
  save(id: string, text: string): Promise<boolean>;
  remove(id: string): Promise<boolean>;
  /** By so many places down. */
  move(id: string, places: number): Promise<boolean>;
  sendNow(id: string): Promise<boolean>;
}
