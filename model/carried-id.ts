import { createHash } from 'node:crypto';
import type { DeviceId } from '#model/brand.ts';

const longestId = 64;
const hashed = 8;

/**
 * The id of a device that a gateway carries: from both names; with a hash of them where the address holds what no id may, where it is
 * too long, or where that id is another's. The same for the same, as long as the same ids are taken.
 */
export function carriedId(gateway: DeviceId, address: string, isTaken: (id: DeviceId) => boolean): DeviceId {
  const slug = address.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  const plain = `${gateway}-${slug}` as DeviceId;
  if (slug === address && plain.length <= longestId && !isTaken(plain)) return plain;
  const hash = createHash('sha256').update(`${gateway}\n${address}`).digest('hex');
  for (let length = hashed; ; length += hashed) {
    const head = plain.slice(0, longestId - length - 1).replace(/-+$/, '');
    const id = `${head === '' ? 'd' : head}-${hash.slice(0, length)}` as DeviceId;
    // Seven more of the same beginning are not to be had by chance.
    if (length + hashed >= hash.length || !isTaken(id)) return id;
  }
}
