/** The longest message in bytes that a server reads, as upstream has it; a longer one closes the connection. */
export const maxMessageBytes = 16 * 1024 * 1024;
