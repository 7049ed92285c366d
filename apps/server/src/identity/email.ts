/** One address per account, however it is written: the part before the @ too is compared without regard to case. */
export function emailKey(email: string): string {
  return email.normalize("NFKC").trim().toLowerCase();
}
