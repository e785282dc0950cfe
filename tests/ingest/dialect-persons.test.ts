import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dialects } from '#ingest/dialects/registry.ts';
import type { Ingested } from '#ingest/ingested.ts';
import { configurationWith, gatewayIngest, ingestWith, take } from '#tests/ingest/workbench.ts';
import { fc } from '#tests/support/properties.ts';

/**
 * Who somebody is never gets past ingest: under each key that names a person, a face, a plate or a card stands a mark,
 * the message is broken in some way, and the mark is in nothing that is kept. Devices are known or are not.
 */
const mark = 'GEHEIM-4711';
const ofPersons =
  /^(?:name|sub_label|recognized_license_plate|plate|description|employeeNoString|employeeNo|cardNo|faceURL|licensePlate|LicensePlateNumber|CredentialToken|CredentialHolderName|UID|MAC|MqttPassword|pin_code|action_user|last_used_pin_code)$/;

interface Sample {
  readonly topic: string;
  readonly text: string;
}

const root = new URL('../cases/', import.meta.url).pathname;

function samplesOf(id: string): Sample[] {
  return readdirSync(join(root, id)).flatMap((sentence) => {
    type Given = { readonly topic: string; readonly payload?: unknown; readonly text?: string };
    const given = JSON.parse(readFileSync(join(root, id, sentence, 'message.json'), 'utf8')) as Given & {
      readonly messages?: readonly Given[];
    };
    return (given.messages ?? [given]).map(({ payload, text, topic }) => ({
      topic,
      text: payload === undefined ? markedXml(text ?? '') : JSON.stringify(marked(payload)),
    }));
  });
}

function marked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      ofPersons.test(key) ? (key === 'sub_label' ? [mark, 0.79] : mark) : marked(each),
    ]),
  );
}
const markedXml = (text: string): string =>
  text.replaceAll(/<(name|cardNo|licensePlate)>[^<]*</g, (_, name: string) => `<${name}>${mark}<`);

const keptOf = ({ observations, quarantined }: Ingested): string =>
  [
    ...observations.flatMap(({ values }) => [...values].flat().map(String)),
    ...quarantined.flatMap(({ detail, payload }) => [detail, Buffer.from(payload).toString('latin1')]),
  ].join('\n');

test('what waits for its description at Home Assistant’s holds no card, user or code', () => {
  const ingest = gatewayIngest('home-assistant', '#');
  const said = {
    state: 'UNLOCK',
    action_user: mark,
    pin_code: mark,
    PN532: { UID: mark },
    users: { 1: { pin_code: mark } },
  };
  for (const text of [
    JSON.stringify(said),
    JSON.stringify([{ inner: said }]),
    JSON.stringify(said).slice(0, -2),
    `{"PN532":{"UID":"${mark}"`,
  ]) {
    const taken = take(ingest, Buffer.from(text), { topic: 'door/1' });
    expect(taken.quarantined).toHaveLength(1);
    expect(keptOf(taken)).not.toContain(mark);
  }
  // What it says beside is there when the description has come.
  const [kept] = take(ingest, said, { topic: 'door/1' }).quarantined;
  expect(JSON.parse(Buffer.from(kept?.payload ?? '').toString())).toEqual({ state: 'UNLOCK' });
  expect(keptOf(take(ingest, Buffer.from('OPEN'), { topic: 'door/2' }))).toContain('OPEN');
});

describe.each(['frigate', 'onvif', 'hikvision', 'tasmota', 'zigbee2mqtt'])('%s, whatever breaks', (id) => {
  const topics = dialects.get(id)?.topics;
  const filter = topics === undefined || topics === 'any' ? '#' : topics.usual;
  const samples = samplesOf(id).filter(({ text }) => text.includes(mark));

  test('there are persons to hide', () => {
    expect(samples.length).toBeGreaterThan(0);
  });

  test.each([
    ['known', () => gatewayIngest(id, filter)],
    ['unknown', () => ingestWith({ configuration: configurationWith('gateway', id, filter) })],
  ] as const)('of a device that is %s', (_, open) => {
    const ingest = open();
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.constantFrom('cut', 'byte', 'key', 'whole'),
        fc.constantFrom('null', '7', '"ON"', '[]', '{}'),
        ({ text, topic }, place, how, by) => {
          const colons = [...text.matchAll(/":("[^"]*"|[\d.]+|true|false|null)/g)];
          const at = colons[place % Math.max(1, colons.length)];
          const broken = {
            cut: text.slice(0, place % text.length),
            byte: `${text.slice(0, place % text.length)}\u0001${text.slice((place % text.length) + 1)}`,
            key: at ? `${text.slice(0, at.index)}":${by}${text.slice(at.index + at[0].length)}` : text,
            whole: text,
          }[how];
          expect(keptOf(take(ingest, Buffer.from(broken), { topic }))).not.toContain(mark);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
