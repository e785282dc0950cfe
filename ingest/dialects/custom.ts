import type { Dialect } from '#ingest/dialects/dialect.ts';
import { compileMapping } from '#ingest/mapping/compile.ts';
import { readMapped } from '#ingest/mapping/read.ts';
import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Mapping } from '#model/mapping.ts';

const id = 'custom';

/** Of a gateway that names no mapping; those that do have a dialect each (`CustomDialects`). */
export const custom: Dialect = withoutMapping(
  'the gateway has the dialect custom and names no mapping: give it one, then replay',
);

function withoutMapping(detail: string): Dialect {
  return {
    id,
    topics: { usual: '#' },
    keepsWhole: true,
    read: (_, draft) => draft.refuse('unknown-topic', detail),
  };
}

/**
 * What a mapping of the community (docs/mappings.md) says that a make writes; compiled once for as long as it stands. What is refused
 * is kept with the whole message: people mend mappings, and read it again.
 */
export class CustomDialects {
  readonly #made = new WeakMap<Mapping, Dialect>();

  of(gateway: Device, configuration: Configuration): Dialect {
    if (gateway.mapping === undefined) return custom;
    const mapping = configuration.mapping(gateway.mapping);
    if (mapping === undefined) return withoutMapping(`there is no mapping ${gateway.mapping}`);
    let dialect = this.#made.get(mapping);
    if (dialect === undefined) {
      dialect = dialectOf(mapping);
      this.#made.set(mapping, dialect);
    }
    return dialect;
  }
}

/** A mapping of another version may be none of ours any more: its messages wait until it is mended. */
function dialectOf(given: Mapping): Dialect {
  const { faults, mapping } = compileMapping(given);
  const [fault] = faults;
  if (mapping === undefined)
    return withoutMapping(`the mapping ${given.id} cannot be used: ${fault?.path} ${fault?.message}`);
  return {
    id,
    topics: { usual: '#' },
    keepsWhole: true,
    read: (message, draft) => readMapped(mapping, message, draft),
  };
}
