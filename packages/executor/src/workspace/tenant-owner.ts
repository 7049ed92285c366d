/** The uids that tenants get where the server is root. They belong to no account of the machine. */
export interface OwnerRange {
  readonly firstUid: number;
  readonly count: number;
}

/**
 * Above the accounts that machines make (from 1000 up), below the 16 bits that a container may have, and beside the ranges
 * of systemd (60001 and up).
 */
export const defaultOwnerRange: OwnerRange = { firstUid: 50_000, count: 10_000 };

/** `index` counts tenants from 0 and never changes for one. Throws `RangeError` when the range is used up. */
export function deriveTenantOwner(index: number, range = defaultOwnerRange): { uid: number; gid: number } {
  if (!Number.isInteger(index) || index < 0 || index >= range.count) {
    throw new RangeError(`tenant ${index} has no uid: the range holds ${range.count} from ${range.firstUid}`);
  }
  return { uid: range.firstUid + index, gid: range.firstUid + index };
}
