import type { ApiReader } from '#api/ports.ts';
import { kebabKeys } from '#model/casing.ts';
import { GridbellError } from '#model/errors.ts';

/**
 * The community as a file with kebab-case keys, each list sorted by id, without secrets: a person with an account has
 * `account: {}`. Importing it changes nothing. Throws `not-found` before there is a community.
 */
export function exportCommunity(reader: ApiReader): unknown {
  const [community] = reader.all('community');
  if (!community) throw new GridbellError('not-found', 'There is no community yet; import a community file.');
  const accounts = new Set(
    reader
      .accounts()
      .filter((account) => account.person === account.id)
      .map(({ id }) => id),
  );
  const bodies = <Name extends 'place' | 'resident' | 'roster' | 'device' | 'category' | 'mapping'>(
    name: Name,
  ) => reader.all(name).map(({ body }) => body);
  const sections = {
    places: bodies('place'),
    people: reader.all('person').map(({ id, body }) => (accounts.has(id) ? { ...body, account: {} } : body)),
    residents: bodies('resident'),
    rosters: bodies('roster'),
    devices: bodies('device'),
    categories: bodies('category'),
    mappings: bodies('mapping'),
  };
  const written = Object.entries(sections).filter(([, entries]) => entries.length > 0);
  return kebabKeys({ community: community.body, ...Object.fromEntries(written) });
}
