import { describe, expect, test } from 'vitest';
import { type ZigbeeDevice, zigbeeDevices } from '#tests/ingest/zigbee/definitions.ts';
import { isOfTheField } from '#tests/ingest/zigbee/oracle.ts';
import { type Miss, missesOf } from '#tests/ingest/zigbee/trial.ts';

/**
 * Every device that Zigbee2MQTT knows and that senses something of the field: a state made of what it exposes has to come out
 * of ingest as the exposes mean it. What does not stands in docs/zigbee-devices.md, which `npx vitest run FILE --update` writes.
 */
const all = zigbeeDevices();
const concerned = all.filter(({ exposes }) => exposes.some(isOfTheField));
const failing = concerned
  .map((device): readonly [ZigbeeDevice, readonly Miss[]] => [device, missesOf(device)])
  .filter(([, misses]) => misses.length > 0);

describe('the devices of zigbee-herdsman-converters', () => {
  test('are those that this page is about', () => {
    expect(all.length).toBeGreaterThan(4_000);
    expect(concerned.length).toBeGreaterThan(1_000);
  });

  test('are understood, at least 95 of 100', () => {
    expect(1 - failing.length / concerned.length).toBeGreaterThanOrEqual(0.95);
  });

  test('are listed where they are not', async () => {
    await expect(page()).toMatchFileSnapshot('../../docs/zigbee-devices.md');
  });
});

function page(): string {
  const understood = concerned.length - failing.length;
  const percent = ((understood / concerned.length) * 100).toFixed(1);
  const rows = new Map<string, string[]>();
  for (const [{ name }, misses] of failing)
    for (const { key, why } of misses) {
      // One row for all of a number.
      const row = `| \`${key.replaceAll(/\d+(?=_|$)/g, 'N')}\` | ${why.replaceAll('|', '\\|')}`;
      const devices = rows.get(row) ?? [];
      if (!devices.includes(name)) rows.set(row, [...devices, name]);
    }
  const table = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([row, devices]) => `${row} | ${devices.toSorted().join(', ').replaceAll('|', '\\|')} |`);
  return `# Zigbee devices: what is not understood

Written by \`tests/ingest/zigbee-devices.test.ts\`, which compares it at each run.

Zigbee2MQTT knows ${all.length} devices (npm \`zigbee-herdsman-converters\`). ${concerned.length} of them expose smoke, CO, gas, a leak, a contact, occupancy,
a call for help, vibration, a fall or a temperature. Of ${understood} of these (${percent} %) every state that can be made of what they expose comes out of ingest as
the exposes mean it: yes and no the right way round, in the catalogue's units, with each word of an enumeration, and one of several probes alone. Temperatures of
machines, pipes and water, limits and settings are not counted; they are kept under their own names.

The others, by property:

| property | what is missing | devices |
| --- | --- | --- |
${table.join('\n')}
`;
}
