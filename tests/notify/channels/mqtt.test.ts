import { describe, expect, it } from 'vitest';
import type { PlaceId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { Dispatch } from '#notify/channel.ts';
import { mqtt } from '#notify/channels/mqtt.ts';
import { testTools } from '#tests/notify/channels/support/channel-tools.ts';
import { sampleDispatch, saying } from '#tests/notify/channels/support/sample-dispatch.ts';

const soon = (): AbortSignal => AbortSignal.timeout(60_000);
const settings = {
  devices: [
    {
      device: 'siren-b3',
      command: 'siren',
      args: { seconds: 60 },
      off: { command: 'siren', args: { seconds: 0 } },
    },
    {
      device: 'led-gate',
      command: 'show',
      args: { lines: ['{{ headline }}', '{{ severity }}'], color: 'red' },
    },
  ],
};

describe('a channel to devices', () => {
  it('gives each device its command, with the text where its arguments want it', async () => {
    const tools = testTools();
    const answer = await mqtt.open(settings, tools).send(saying('3号楼 "烟感" \\ 报警'), soon());
    expect(answer).toEqual({ outcome: 'sent' });
    expect(tools.commands).toEqual([
      {
        device: 'siren-b3',
        id: expect.stringMatching(/^[\w-]{32}$/),
        command: 'siren',
        args: { seconds: 60 },
      },
      {
        device: 'led-gate',
        id: expect.any(String),
        command: 'show',
        args: { lines: ['3号楼 "烟感" \\ 报警', 'critical'], color: 'red' },
      },
    ]);
  });

  it('has the same ids at each try, and others for each device, message and way', async () => {
    const tools = testTools();
    const channel = mqtt.open(settings, tools);
    await channel.send(sampleDispatch({ attempt: 1 }), soon());
    await channel.send(sampleDispatch({ attempt: 2 }), soon());
    await channel.send(sampleDispatch({ key: 'other' }), soon());
    await channel.standDown?.(sampleDispatch(), soon());
    const ids = tools.commands.map(({ id }) => id);
    expect(ids.slice(2, 4)).toEqual(ids.slice(0, 2));
    expect(new Set(ids).size).toBe(5);
  });

  it('makes no noise for what nobody configured', async () => {
    const tools = testTools();
    expect(await mqtt.open(settings, tools).send(sampleDispatch({ kind: 'reminder' }), soon())).toMatchObject(
      { outcome: 'refused' },
    );
    const quiet = mqtt.open({ ...settings, kinds: ['escalated'] }, tools);
    expect(await quiet.send(sampleDispatch({ kind: 'assigned' }), soon())).toMatchObject({
      outcome: 'refused',
    });
    expect(tools.commands).toEqual([]);
    expect(await quiet.send(sampleDispatch({ kind: 'test' }), soon())).toEqual({ outcome: 'sent' });
  });

  it('sounds where it happens, and within; in a test everywhere', async () => {
    const tools = testTools();
    const [siren, led] = settings.devices;
    const channel = mqtt.open(
      {
        places: ['b3', 'b4'] as never,
        devices: [
          { ...siren, device: 'siren-b3', places: ['b3'] as never },
          { ...siren, device: 'siren-b4', places: ['b4'] as never },
          { ...led, device: 'led-of-both' },
        ] as never,
      },
      tools,
    );
    const sounded = async (place: string | null, kind: Dispatch['kind'] = 'assigned') => {
      tools.commands.length = 0;
      const answer = await channel.send(sampleDispatch({ place: place as PlaceId | null, kind }), soon());
      return [answer.outcome, ...tools.commands.map(({ device }) => device)];
    };
    expect(await sounded('b3')).toEqual(['sent', 'siren-b3', 'led-of-both']);
    expect(await sounded('b4-0502')).toEqual(['sent', 'siren-b4', 'led-of-both']);
    // The next channel of the cascade has its turn.
    expect(await sounded('b5')).toEqual(['refused']);
    expect(await sounded('g1')).toEqual(['refused']);
    expect(await sounded(null)).toEqual(['refused']);
    expect(await sounded(null, 'test')).toEqual(['sent', 'siren-b3', 'siren-b4', 'led-of-both']);
    tools.commands.length = 0;
    await channel.standDown?.(sampleDispatch({ place: 'b4' as PlaceId }), soon());
    expect(tools.commands).toMatchObject([{ device: 'siren-b4', args: { seconds: 0 } }]);
  });

  it('stops what it began when somebody acted', async () => {
    const tools = testTools();
    await mqtt.open(settings, tools).standDown?.(sampleDispatch(), soon());
    expect(tools.commands).toMatchObject([{ device: 'siren-b3', command: 'siren', args: { seconds: 0 } }]);
  });

  it.each([
    [new GridbellError('not-found', 'There is no device led-gate.'), { outcome: 'sent' }],
    [
      new GridbellError('too-many-requests', 'Enough', { extra: { retryAfterSeconds: 7 } }),
      { outcome: 'retry', afterMs: 7_000, mayHaveArrived: false },
    ],
    [new GridbellError('already-exists', 'another command with the id'), { outcome: 'sent' }],
    [new Error('the engine is gone'), { outcome: 'retry', mayHaveArrived: true }],
  ])('does what it can when one device fails (%s)', async (error, answer) => {
    const tools = testTools({
      commandDevice: async ({ device }) => {
        if (device === 'led-gate') throw error;
      },
    });
    expect(await mqtt.open(settings, tools).send(sampleDispatch(), soon())).toMatchObject(answer);
  });

  it('comes to an end when it is told to', async () => {
    const tools = testTools({ commandDevice: () => new Promise(() => {}) });
    expect(await mqtt.open(settings, tools).send(sampleDispatch(), AbortSignal.timeout(30))).toMatchObject({
      outcome: 'retry',
      mayHaveArrived: true,
    });
    expect(await mqtt.open(settings, tools).send(sampleDispatch(), AbortSignal.abort())).toMatchObject({
      outcome: 'retry',
    });
  });
});
