import { describe, expect, it } from 'vitest';
import { tryMapping } from '#api/mappings/try-out.ts';
import { epochMs } from '#model/brand.ts';
import { runningApi } from '#tests/api/support/running-api.ts';

const acme = {
  id: 'acme',
  messages: [
    {
      topic: 'acme/{sn}/data',
      address: '{sn}',
      kind: 'environment',
      time: { at: '$.t', as: 's' },
      number: '$.seq',
      past: { at: '$.old', is: true },
      values: [
        { property: 'temperature', at: '$.f', unit: '°F' },
        { property: 'door-open', at: '$.lid', words: { open: true, shut: false } },
        { property: 'credential', at: '$.card' },
      ],
    },
    { topic: 'acme/{sn}/lwt', address: '{sn}', online: { at: '$.s' } },
    { topic: 'acme/log', pass: true },
  ],
};
const t = 1_767_239_880;
const topic = 'acme/d1/data';

describe('a try-out', () => {
  // Each device among all others took a minute and more, in the thread that answers everybody.
  it('of a message that speaks of 60,000 devices is over before anybody else waits', {
    timeout: 15_000,
  }, () => {
    const mapping = {
      id: 'many',
      messages: [{ topic: 't', each: '$[*]', address: '@', values: [{ property: 'online-count', at: '@' }] }],
    };
    const payload = Buffer.from(JSON.stringify(Array.from({ length: 60_000 }, (_, index) => index)));
    const samples = [{ topic: 't', payload }];
    const [tried] = tryMapping({ mapping, samples, now: epochMs(t * 1_000), timezone: 'Asia/Shanghai' });
    expect(tried?.devices).toHaveLength(60_000);
    expect(tried?.devices.at(-1)).toMatchObject({ address: '59999', readings: [{ value: 59_999 }] });
  });

  it('says what each sample would become, with what stood in it, and keeps nothing', async () => {
    await using api = await runningApi();
    const samples = [
      { topic, payload: { t, seq: 1, f: 72.5, lid: 'OPEN', rssi: -70, more: [{ x: 1 }, { x: 2 }] } },
      { topic, payload: { t: 'soon', seq: 2, f: 9_000, lid: 'ajar' } },
      { topic, payload: { t, seq: 1, f: 72.5 } },
      { topic, payload: { t, seq: 3, f: 50, old: true, card: '0012345678' } },
      { topic: 'acme/d2/lwt', payload: { s: 'offline' } },
      { topic: 'acme/log', payload: 'started' },
      { topic: 'other', base64: Buffer.from('{"f"').toString('base64') },
    ];
    const answer = await api.send('p-manager', 'POST', '/mappings/try', { mapping: acme, samples });
    expect(answer.statusCode).toBe(200);
    const { mapping, problems, samples: tried } = answer.json();
    expect(mapping).toEqual(acme);
    expect(problems).toEqual([]);
    expect(tried.map(({ by, outcome }: { by: string; outcome: string }) => [outcome, by])).toEqual([
      ['read', 'messages[0]'],
      ['refused', 'messages[0]'],
      ['known', 'messages[0]'],
      ['read', 'messages[0]'],
      ['read', 'messages[1]'],
      ['passed', 'messages[2]'],
      ['refused', null],
    ]);
    const [first, second, , fourth, fifth] = tried;
    expect(first.devices).toEqual([
      {
        address: 'd1',
        device: null,
        name: null,
        model: null,
        kind: 'environment',
        online: null,
        readings: [
          expect.objectContaining({
            at: '2026-01-01T03:58:00.000Z',
            property: 'temperature',
            value: 22.5,
            unit: 'Cel',
            given: 72.5,
            givenUnit: '[degF]',
            by: 'messages[0].values[0]',
            isReceipt: false,
          }),
          expect.objectContaining({ property: 'door-open', value: true, given: 'OPEN' }),
        ],
        refused: [],
      },
    ]);
    expect(first.unread).toEqual(['$.rssi', '$.more[*].x']);
    expect(first.notes).toEqual([{ path: 'messages[0].values[2]', message: '$.card finds nothing' }]);
    expect(second.devices[0].refused).toEqual([
      expect.objectContaining({ reason: 'out-of-range', property: 'door-open' }),
      expect.objectContaining({ reason: 'out-of-range', property: 'temperature' }),
    ]);
    expect(second.notes).toContainEqual({
      path: 'messages[0].time',
      message: expect.stringContaining('no time'),
    });
    expect(fourth.devices[0].readings).toContainEqual(
      expect.objectContaining({ property: 'temperature', isPast: true }),
    );
    expect(JSON.stringify(fourth)).not.toContain('0012345678');
    expect(fifth.devices).toEqual([expect.objectContaining({ address: 'd2', online: false, readings: [] })]);
    for (const path of ['/quarantine', '/mappings'])
      expect((await api.get('admin', path)).json().items).toEqual([]);
  });

  it('knows whom a gateway carries, and a mapping by its id', async () => {
    await using api = await runningApi();
    await api.send('admin', 'POST', '/mappings', acme);
    const gateway = {
      id: 'gw',
      kind: 'gateway',
      place: 'b3',
      dialect: 'custom',
      mapping: 'acme',
      topic: 'acme/#',
    };
    await api.send('admin', 'POST', '/devices', gateway);
    await api.send('admin', 'POST', '/devices', {
      id: 'lid-1',
      kind: 'door',
      place: 'b3',
      gateway: 'gw',
      address: 'd1',
    });
    const body = { id: 'acme', gateway: 'gw', samples: [{ topic, payload: { t, f: 50 } }] };
    const { samples } = (await api.send('admin', 'POST', '/mappings/try', body)).json();
    expect(samples[0].devices).toEqual([
      expect.objectContaining({ address: 'd1', device: 'lid-1', kind: 'door' }),
    ]);
    expect((await api.send('admin', 'POST', '/mappings/try', { ...body, id: 'none' })).statusCode).toBe(404);
    expect((await api.send('admin', 'POST', '/mappings/try', { samples: [] })).statusCode).toBe(400);
  });

  it('says all that is wrong with a text, each with line and column, and reads nothing by it', async () => {
    await using api = await runningApi();
    const text = [
      'id: acme',
      'messages:',
      '  - topic: acme/{sn}',
      '    address: "{room}"',
      '    values:',
      '      - { property: temperature, at: $..f, unit: parsec }',
      '      - { property: crumbs, at: $.c }',
    ].join('\n');
    const body = { text, samples: [{ topic: 'acme/1', payload: {} }] };
    const { problems, samples } = (await api.send('admin', 'POST', '/mappings/try', body)).json();
    expect(samples).toEqual([]);
    expect(problems).toEqual([
      expect.objectContaining({
        path: 'messages[0].address',
        line: 4,
        column: 14,
        isRemark: false,
        mapping: 'acme',
      }),
      expect.objectContaining({ path: 'messages[0].values[0].at', line: 6, column: 38 }),
      expect.objectContaining({ path: 'messages[0].values[0].unit', line: 6 }),
      expect.objectContaining({ path: 'messages[0].values[1].property', line: 7, isRemark: true }),
    ]);
    const broken = { text: 'id: [', samples: [] };
    const answer = (await api.send('admin', 'POST', '/mappings/try', broken)).json();
    expect(answer).toMatchObject({ mapping: null, problems: [{ line: 1, path: '' }] });
    for (const shapeless of ['', '7', 'mappings: {}', 'mappings: []', 'id: x'])
      expect(
        (await api.send('admin', 'POST', '/mappings/try', { text: shapeless })).json().problems.length,
      ).toBeGreaterThan(0);
  });

  it('does not work for ever', async () => {
    await using api = await runningApi();
    const values = Array.from({ length: 150 }, () => ({ property: 'temperature', at: '$.l[?@.a==1].b' }));
    const samples = Array.from({ length: 20 }, () => ({
      topic: 'x',
      payload: { l: Array.from({ length: 3_000 }, (_, index) => ({ d: index })) },
    }));
    const mapping = { id: 'heavy', messages: [{ topic: 'x', values }] };
    const answer = await api.send('admin', 'POST', '/mappings/try', { mapping, samples });
    expect(answer.json().samples.at(-1)).toMatchObject({
      outcome: 'refused',
      refused: [{ detail: expect.stringContaining('too much') }],
    });
  });
});

describe('a suggestion', () => {
  it('is a mapping that reads its samples', async () => {
    await using api = await runningApi();
    const samples = [
      { topic: 'acme/kitchen/A-7/data', payload: { t, temp_f: 72.5, hum: '41', vbat: 2_980 } },
      { topic: 'acme/hall/A-9/data', payload: { t, temp_f: 70, hum: '44', vbat: 3_010 } },
    ];
    const { mapping, text } = (
      await api.send('admin', 'POST', '/mappings/suggest', { id: 'acme', samples })
    ).json();
    expect(mapping).toEqual({
      id: 'acme',
      messages: [
        {
          topic: 'acme/{level2}/{id}/data',
          address: '{id}',
          time: { at: '$.t', as: 's' },
          values: [
            { property: 'temperature', at: '$.temp_f', unit: '[degF]' },
            { property: 'humidity', at: '$.hum' },
            { property: 'battery-voltage', at: '$.vbat', unit: 'mV' },
          ],
        },
      ],
    });
    const tried = (await api.send('admin', 'POST', '/mappings/try', { text, samples })).json();
    expect(tried.problems).toEqual([]);
    expect(tried.samples.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['read', 'read']);
    expect((await api.send('admin', 'POST', '/mappings/suggest', { samples: [] })).statusCode).toBe(400);
  });
});
