import type { Dialect } from '#ingest/dialects/dialect.ts';
import { deviceCommandCatalogue } from '#model/device-command-catalogue.ts';

/**
 * The commands that a dialect has words for, by what it writes of each without arguments: so a console offers no siren that the
 * make does not have. What needs arguments (`downlink`) is not among them.
 */
export function commandsOfDialect(dialect: Dialect | undefined): readonly string[] {
  const writer = dialect?.commands;
  if (writer === undefined) return [];
  return [...deviceCommandCatalogue.keys()].filter((command) => {
    const order = { address: 'device', filter: '#', command, args: {}, number: 1, uuid: exampleUuid };
    return !('refused' in writer.write(order));
  });
}

const exampleUuid = '00000000-0000-8000-8000-000000000000';
