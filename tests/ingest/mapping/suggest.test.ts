import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileMapping } from '#ingest/mapping/compile.ts';
import { suggestMapping } from '#ingest/mapping/suggest.ts';
import { gatewayIngest, take, valuesOf } from '#tests/ingest/workbench.ts';
import { fc } from '#tests/support/properties.ts';

const t = 1_767_239_880;
const bytes = (payload: unknown) =>
  Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));

/** What is read of a message by the mapping that is suggested for it. */
function readBySuggestion(topic: string, payload: unknown): Readonly<Record<string, unknown>> {
  const sample = { topic, payload: bytes(payload) };
  const mapping = suggestMapping([sample], 'new');
  expect(compileMapping(mapping).faults).toEqual([]);
  const result = take(gatewayIngest('custom', '#', { mapping }), sample.payload, { topic });
  const devices = new Set(result.observations.map(({ device }) => device));
  return { devices: [...devices], ...Object.fromEntries(valuesOf(result)) };
}

describe('a mapping that is suggested for a message reads it', () => {
  it.each<[string, string, unknown, object]>([
    ['words of codecs', 'l/e', { sn: 4711, magnet_status: 'open' }, { devices: ['4711'], 'door-open': true }],
    [
      'entries of a list',
      'h/h1',
      { devices: [{ id: 'a1', temperature: 225 }] },
      { devices: ['a1'], temperature: 22.5 },
    ],
    [
      'devices under their names',
      'gw',
      { k1: { smoke: 0 }, k2: { smoke: 1 } },
      { devices: ['k1', 'k2'], smoke: true },
    ],
    [
      'names beside values',
      'plc/9',
      { deviceId: 'p9', data: [{ name: 'Temp', value: 21.5 }] },
      { devices: ['p9'], temperature: 21.5 },
    ],
    ['Chinese names', '传感器/3号楼', { 温度: 21.5, 湿度: 40 }, { temperature: 21.5, humidity: 40 }],
    ['a bare number', 'meter/12/temperature', '21.5', { devices: ['12'], temperature: 21.5 }],
    ['pairs', 's/x1', 'T=21.5;RH: 40', { temperature: 21.5, humidity: 40 }],
    ['nothing', 'button/77/press', '', { devices: ['77'], sos: true }],
    ['what it says it is', 'c/861', { type: 'sos', imei: '861' }, { devices: ['861'], sos: true }],
    [
      'an alarm beside its kind',
      'dev/861',
      { type: 'smoke', alarm: 1, bat: 3_012 },
      { devices: ['861'], smoke: true, 'battery-voltage': 3.012 },
    ],
    ['a word of a button', 'btn/sos-12', 'Pressed', { devices: ['sos-12'], sos: true }],
    ['rows without names', 's/1x', '21.5,40', { 'value-1': 21.5, 'value-2': 40 }],
    ['names of before', 's/2x', { 门开启: true, 有人: false }, { 'door-open': true, occupancy: false }],
    ['units in names', 'b/1x', { tempc: 26.8, pressureKpa: 101.3 }, { temperature: 26.8, pressure: 1_013 }],
    ['numbers that nobody knows', 'x', { foo: 3, bar: 'eco' }, { foo: 3 }],
  ])('%s', (_, topic, payload, wanted) => {
    expect(readBySuggestion(topic, payload)).toMatchObject(wanted);
  });

  it.each<[string, unknown, string]>([
    ['seconds', t, 's'],
    ['milliseconds', t * 1_000, 'ms'],
    ['seconds in a text', String(t), 's'],
    ['ISO', '2026-01-01T03:58:00Z', 'iso'],
    ['a local time', '2026-01-01 11:58:00', 'yyyy-MM-dd HH:mm:ss'],
    ['day first', '31/12/2025 11:58:00', 'dd/MM/yyyy HH:mm:ss'],
    ['month first', '12/31/2025 11:58:00', 'MM/dd/yyyy HH:mm:ss'],
    ['fourteen digits', '20260101115800', 'yyyyMMddHHmmss'],
  ])('with a time in %s', (_, time, as) => {
    const { messages } = suggestMapping([{ topic: 'x/1a', payload: bytes({ time, temp: 20 }) }], 'new');
    expect(messages[0]?.time).toEqual({ at: '$.time', as });
  });

  it('of Bluetooth devices as a decoder writes them, by names alone', () => {
    const payload = { brand: 'Acme', model: 'Thermo', tempc: 26.8, tempf: 80.24, hum: 52.6, batt: 100 };
    expect(readBySuggestion('home/g1/BTtoMQTT/A4C138000001', payload)).toEqual({
      devices: ['A4C138000001'],
      temperature: 26.8,
      humidity: 52.6,
      battery: 100,
    });
  });
});

it('a suggestion compiles for whatever was said, in all golden cases of all dialects and beside', () => {
  const root = new URL('../../cases/', import.meta.url).pathname;
  const folders = readdirSync(root).filter((folder) => folder !== 'recordings');
  const samples = folders.flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((sentence) => {
      const given = JSON.parse(readFileSync(join(root, folder, sentence, 'message.json'), 'utf8')) as {
        topic?: string;
        payload?: unknown;
      };
      return given.topic === undefined || given.topic.startsWith('gridbell/')
        ? []
        : [{ topic: given.topic, payload: bytes(given.payload ?? '') }];
    }),
  );
  expect(samples.length).toBeGreaterThan(100);
  for (const sample of samples) expect(compileMapping(suggestMapping([sample], 'new')).faults).toEqual([]);
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      (topic, json, text) => {
        const both = [
          { topic: `x/${topic}`, payload: bytes(json) },
          { topic, payload: bytes(text) },
        ];
        expect(compileMapping(suggestMapping(both, 'new')).faults).toEqual([]);
      },
    ),
    { numRuns: 2_000 },
  );
});
