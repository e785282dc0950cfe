import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AssembledEngine } from '#app/engine/assemble.ts';
import { mostOpen } from '#app/engine/device-commands.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import type { CommandOutcome } from '#app/engine/outlet.ts';
import { type DeviceId, day, durationMs, epochMs, hour, minute } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Command } from '#model/command.ts';
import type { DeviceCommand } from '#model/device-command.ts';
import type { InboxRecord } from '#model/record.ts';
import type { StreamEvent } from '#model/stream.ts';
import { DoorReader } from '#store/ops/door-reader.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import { engineOver, key } from '#tests/app/support/engine-over.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const start = 1_800_000_000_000;
const device = 's1' as DeviceId;
const z1 = { id: 'z1', kind: 'gateway', dialect: 'zigbee2mqtt', topic: 'zigbee2mqtt/#', place: 'b1' };

const community = {
  name: 'change',
  expect: 'any',
  reason: 'test',
  changes: [
    { op: 'put', resource: 'community', id: 'c1', body: { id: 'c1' } },
    { op: 'put', resource: 'place', id: 'b1', body: { id: 'b1', kind: 'building', parent: 'c1' } },
    { op: 'put', resource: 'device', id: 's1', body: { id: 's1', kind: 'siren', place: 'b1' } },
    { op: 'put', resource: 'device', id: 's2', body: { id: 's2', kind: 'siren', place: 'b1' } },
  ],
} as unknown as Command;

/** A real engine on a real ops store; the inbox is a list. */
class Bench implements AsyncDisposable {
  readonly records: InboxRecord[] = [];
  readonly outcomes = new Map<string, CommandOutcome['outcome']>();
  readonly events: StreamEvent[] = [];
  /** Devices that the broker was told of, commit by commit. */
  readonly told: string[] = [];
  readonly counts = new EngineCounts();
  readonly #directory = temporaryDirectory();
  #ops: Awaited<ReturnType<typeof openOpsWriter>> | null = null;
  #assembled: AssembledEngine | null = null;
  #clock: ClockKind = 'system';

  static async start(clock: ClockKind = 'system'): Promise<Bench> {
    const bench = new Bench();
    bench.#clock = clock;
    await bench.open();
    bench.take({ type: 'start', at: epochMs(start), clock });
    bench.command(0, community);
    return bench;
  }

  get #path(): string {
    return join(this.#directory.path, 'ops.db');
  }

  /** Opens the store and builds the engine from it, as after a crash. */
  async open(): Promise<void> {
    this.#assembled?.effects.abandon();
    this.#ops?.rollback();
    this.#ops?.close();
    this.#ops = await openOpsWriter(this.#path, { quarantineKey: key });
    this.#assembled = engineOver({
      ops: this.#ops,
      records: this.records,
      clock: this.#clock,
      counts: this.counts,
      outlet: {
        outcomes: (list) => {
          for (const { id, outcome } of list) this.outcomes.set(id, outcome);
        },
        events: (events) => this.events.push(...events),
        deviceCommands: (devices) => this.told.push(...devices),
      },
    });
  }

  take(...records: InboxRecord[]): void {
    this.records.push(...records);
    while (this.#assembled?.engine.step());
    this.#assembled?.effects.flush();
  }

  /** Answers how it came out, by its failure's code or the state that the command is in. */
  command(atMs: number, command: Command): string {
    const id = `record-${this.records.length}`;
    const actor = { kind: 'account', id: 'admin' } as const;
    this.take({ type: 'command', at: epochMs(start + atMs), id, actor, command });
    const outcome = this.outcomes.get(id);
    if (outcome === undefined) return 'no outcome';
    return outcome.ok ? String((outcome.value as DeviceCommand).state) : outcome.failure.code;
  }

  ask(atMs: number, id: string, more: Partial<Command & { name: 'command-device' }> = {}): string {
    const args = { for: 5 };
    return this.command(atMs, {
      name: 'command-device',
      device,
      id,
      command: 'siren',
      args,
      expiresInMs: minute,
      ...more,
    });
  }
  put(atMs: number, body: Readonly<Record<string, unknown>>): void {
    const changes = [{ op: 'put', resource: 'device', id: body['id'], body }];
    this.command(atMs, { name: 'change', expect: 'any', reason: 'test', changes } as unknown as Command);
  }
  withdraw(atMs: number, id: string): string {
    return this.command(atMs, { name: 'withdraw-device-command', device, id });
  }
  reached(atMs: number, command: string, reached: 'sent' | 'delivered'): void {
    this.take({ type: 'delivery', at: epochMs(start + atMs), device, command, reached });
  }
  reply(atMs: number, message: unknown, from: DeviceId = device): void {
    this.take({
      type: 'message',
      at: epochMs(start + atMs),
      sender: from,
      client: from,
      topic: `gridbell/c1/${from}/command/reply`,
      payload: Buffer.from(JSON.stringify(message)),
      qos: 1,
      dup: false,
      retain: false,
      messageId: (this.records.length % 65_535) + 1,
      state: false,
    });
  }
  tick(atMs: number): void {
    this.take({ type: 'tick', at: epochMs(start + atMs) });
  }

  get nextDueMs(): number | undefined {
    const due = this.#assembled?.engine.nextDue();
    return due === undefined ? undefined : due - start;
  }

  /** What others see of it. */
  of(id: string, to: string = device): DeviceCommand | undefined {
    return this.#read((reader) => reader.deviceCommand(to, id));
  }
  openIds(now = 0): readonly string[] {
    const door = DoorReader.open(this.#path);
    try {
      return door.openDeviceCommands(device, epochMs(now)).map(({ id }) => id);
    } finally {
      door.close();
    }
  }
  /** The states of each as the stream told them. */
  get story(): readonly string[] {
    return this.events.flatMap(({ body, topic }) => {
      if (topic !== 'device-commands') return [];
      const { id, state } = body as DeviceCommand;
      return [`${id} ${state}`];
    });
  }

  #read<T>(read: (reader: ReturnType<typeof openOpsReader>) => T): T {
    const reader = openOpsReader(this.#path);
    try {
      return read(reader);
    } finally {
      reader.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#assembled?.effects.abandon();
    this.#ops?.close();
    this.#directory[Symbol.dispose]();
  }
}

const times = ({ answeredAt, deliveredAt, endedAt, sentAt }: DeviceCommand) =>
  [sentAt, deliveredAt, answeredAt, endedAt].map((at) => (at === null ? null : at - start));

describe('a command to a device', () => {
  it('goes from waiting to answered, and each step is told to the stream and the broker', async () => {
    await using bench = await Bench.start();
    expect(bench.ask(10, 'c-1')).toBe('waiting');
    expect(bench.openIds()).toEqual(['c-1']);
    bench.reached(20, 'c-1', 'sent');
    bench.reached(30, 'c-1', 'delivered');
    expect(bench.openIds()).toEqual([]);
    bench.reply(40, { id: 'c-1', ok: false, error: 'no power', serial: 'not kept' });
    const command = bench.of('c-1');
    expect(command).toMatchObject({ state: 'answered', askedBy: 'admin', args: { for: 5 } });
    expect(command?.reply).toEqual({ ok: false, error: 'no power' });
    expect(command && times(command)).toEqual([20, 30, 40, null]);
    expect(bench.story).toEqual(['c-1 waiting', 'c-1 sent', 'c-1 delivered', 'c-1 answered']);
    expect(bench.told).toEqual(['s1', 's1', 's1', 's1']);
    expect(bench.counts.work.totals.deviceCommands).toMatchObject({ waiting: 1, answered: 1, expired: 0 });
    // Said twice changes nothing.
    bench.reached(50, 'c-1', 'sent');
    bench.reached(50, 'c-1', 'delivered');
    bench.reply(50, { id: 'c-1', ok: true });
    expect(bench.of('c-1')).toEqual(command);
  });

  it('expires when its time has come, in order, and what was delivered does not', async () => {
    await using bench = await Bench.start();
    bench.ask(0, 'long', { expiresInMs: hour });
    bench.ask(0, 'later', { expiresInMs: durationMs(50_000) });
    bench.ask(0, 'first', { expiresInMs: durationMs(40_000) });
    bench.ask(0, 'there', { expiresInMs: durationMs(30_000) });
    bench.reached(1, 'there', 'delivered');
    bench.reached(1, 'later', 'sent');
    expect(bench.nextDueMs).toBe(40_000);
    bench.tick(39_999);
    expect(bench.of('first')?.state).toBe('waiting');
    // Before the engine knows, the broker does: by its own clock.
    expect(bench.openIds(start + 40_000)).toEqual(['long', 'later']);
    bench.tick(90_000);
    expect(bench.of('first')).toMatchObject({ state: 'expired', endedAt: start + 40_000 });
    expect(bench.of('later')).toMatchObject({ state: 'expired', sentAt: start + 1, endedAt: start + 50_000 });
    expect(bench.of('there')?.state).toBe('delivered');
    expect(bench.story.slice(-2)).toEqual(['first expired', 'later expired']);
    expect(bench.openIds()).toEqual(['long']);
    expect(bench.nextDueMs).toBe(hour);
  });

  it('that is over notes what the device says of it, and stays over', async () => {
    await using bench = await Bench.start();
    bench.ask(0, 'c-1');
    bench.tick(60_000);
    bench.reached(61_000, 'c-1', 'delivered');
    bench.reply(62_000, { id: 'c-1', ok: true });
    bench.reply(63_000, { id: 'c-1', ok: false });
    expect(bench.of('c-1')).toMatchObject({ state: 'expired', reply: { ok: true, error: null } });
    bench.ask(64_000, 'c-2');
    expect(bench.withdraw(65_000, 'c-2')).toBe('withdrawn');
    bench.reached(66_000, 'c-2', 'sent');
    const withdrawn = bench.of('c-2');
    expect(withdrawn?.state).toBe('withdrawn');
    expect(withdrawn && times(withdrawn)).toEqual([66_000, null, null, 65_000]);
    expect(bench.withdraw(67_000, 'c-2')).toBe('wrong-state');
    expect(bench.withdraw(67_000, 'c-3')).toBe('not-found');
    expect(bench.counts.work.totals.replies).toMatchObject({ late: 1, repeated: 1 });
  });

  it('is one by its id: the same again answers it, another body is refused', async () => {
    await using bench = await Bench.start();
    bench.ask(0, 'c-1', { args: { b: [1, { x: -0 }], a: 'x' } });
    bench.reached(1, 'c-1', 'sent');
    expect(bench.ask(2, 'c-1', { args: { a: 'x', b: [1, { x: -0 }] } })).toBe('sent');
    expect(bench.ask(2, 'c-1', { args: { a: 'x', b: [1, { x: 0 }] } })).toBe('sent');
    expect(bench.ask(3, 'c-1')).toBe('already-exists');
    expect(bench.ask(3, 'c-1', { args: { a: 'x', b: [1, { x: 0 }] }, expiresInMs: hour })).toBe(
      'already-exists',
    );
    expect(bench.ask(3, 'c-1', { device: 's2' as DeviceId })).toBe('waiting');
    expect(bench.ask(3, 'c-1', { device: 'nobody' as DeviceId })).toBe('not-found');
    expect(bench.of('c-1')).toMatchObject({ askedAt: start, expiresAt: start + minute });
    expect(bench.story).toEqual(['c-1 waiting', 'c-1 sent', 'c-1 waiting']);
    // Half of a surrogate pair, which JSON can say and a store cannot keep.
    expect([1, 2].map(() => bench.ask(3, 'c-0', { command: 'a\ud800b' }))).toEqual(['waiting', 'waiting']);
  });

  it(`is refused while ${mostOpen} wait for the device`, async () => {
    await using bench = await Bench.start();
    for (let n = 1; n <= mostOpen; n++) expect(bench.ask(n, `c-${n}`)).toBe('waiting');
    expect(bench.ask(200, 'one more')).toBe('too-many-requests');
    expect([...bench.outcomes.values()].at(-1)).toMatchObject({
      failure: { extra: { waiting: mostOpen, retryAfterSeconds: 60 } },
    });
    expect(bench.ask(200, 'c-7')).toBe('waiting');
    expect(bench.ask(200, 'for another', { device: 's2' as DeviceId })).toBe('waiting');
    bench.reached(300, 'c-1', 'delivered');
    expect(bench.ask(400, 'one more')).toBe('waiting');
    expect(bench.openIds().slice(0, 1)).toEqual(['c-2']);
  });

  it('to a device that is deleted is withdrawn', async () => {
    await using bench = await Bench.start();
    bench.ask(0, 'done');
    bench.reached(1, 'done', 'delivered');
    bench.ask(2, 'c-1');
    bench.ask(2, 'c-1', { device: 's2' as DeviceId });
    const changes = [{ op: 'delete', resource: 'device', id: 's1' }] as const;
    bench.command(3, { name: 'change', expect: 'any', reason: 'test', changes });
    expect(bench.of('c-1')).toMatchObject({ state: 'withdrawn', endedAt: start + 3, because: 'deleted' });
    expect(bench.of('done')?.state).toBe('delivered');
    expect(bench.story.at(-1)).toBe('c-1 withdrawn');
    expect(bench.nextDueMs).toBe(2 + minute);
  });

  it('to a device out of use is refused, and what waits when it goes out of use ends', async () => {
    await using bench = await Bench.start();
    bench.ask(0, 'c-1');
    const put = (at: number, more: object): void =>
      bench.put(at, { id: 's1', kind: 'siren', place: 'b1', ...more });
    put(1, { retired: '2027-01-15T08:00:00Z' });
    expect(bench.of('c-1')).toMatchObject({ state: 'withdrawn', because: 'retired', endedAt: start + 1 });
    expect(bench.openIds()).toEqual([]);
    expect(bench.ask(2, 'c-2')).toBe('out-of-use');
    put(3, {});
    expect(bench.ask(4, 'c-3')).toBe('waiting');
    put(5, { expectEvery: '1h' });
    expect(bench.of('c-3')?.state).toBe('waiting');
    expect(bench.withdraw(6, 'c-3')).toBe('withdrawn');
    expect(bench.of('c-3')?.because).toBeNull();
  });

  it.each([
    [
      'replaced',
      { address: 'new', former: [{ until: '2027-01-15T08:00:00.001Z', by: 'admin', address: 'old' }] },
    ],
    ['given another address', { address: 'new' }],
    ['given a connection of its own', { gateway: undefined, address: undefined }],
  ])('that waits while its device is %s goes to nobody', async (_what, more) => {
    await using bench = await Bench.start();
    const siren = { id: 's3', kind: 'siren', place: 'b1', gateway: 'z1', address: 'old' };
    bench.put(0, z1);
    bench.put(0, siren);
    const s3 = { device: 's3' as DeviceId, args: {} };
    expect(bench.ask(1, 'c-1', s3)).toBe('waiting');
    const { gateway, address, ...rest }: { id: string; gateway?: string; address?: string } = {
      ...siren,
      ...(more as object),
    };
    bench.put(2, { ...rest, ...(gateway === undefined ? {} : { gateway, address }) });
    expect(bench.of('c-1', 's3')).toMatchObject({ state: 'withdrawn', because: 'replaced' });
    await bench.open();
    expect(bench.of('c-1', 's3')).toMatchObject({ state: 'withdrawn', because: 'replaced' });
  });

  it('that the thing before took is not answered by the one that came after it', async () => {
    await using bench = await Bench.start();
    const plug = { id: 's3', kind: 'siren', place: 'b1', gateway: 'z1', address: 'old' };
    const says = (at: number, name: string) =>
      bench.take({
        type: 'message',
        at: epochMs(start + at),
        sender: 'z1' as DeviceId,
        client: 'z1',
        topic: `zigbee2mqtt/${name}`,
        payload: Buffer.from('{"state":"ON"}'),
        qos: 0,
        dup: false,
        retain: false,
        messageId: 0,
        state: false,
      });
    bench.put(0, z1);
    bench.put(0, plug);
    const on = { device: 's3' as DeviceId, command: 'on', args: {} };
    bench.ask(1, 'c-1', on);
    bench.take({
      type: 'delivery',
      at: epochMs(start + 2),
      device: 's3' as DeviceId,
      command: 'c-1',
      reached: 'delivered',
    });
    const former = [{ until: new Date(start + 3).toISOString(), by: 'admin', address: 'old', gateway: 'z1' }];
    bench.put(3, { ...plug, address: 'new', former });
    says(4, 'new');
    expect(bench.of('c-1', 's3')).toMatchObject({ state: 'delivered', reply: null });
    bench.ask(5, 'c-2', on);
    bench.take({
      type: 'delivery',
      at: epochMs(start + 6),
      device: 's3' as DeviceId,
      command: 'c-2',
      reached: 'delivered',
    });
    says(7, 'new');
    expect(bench.of('c-2', 's3')).toMatchObject({ state: 'answered', reply: { ok: true } });
  });

  it('waits no longer than its whole length when the clock is set back', async () => {
    await using bench = await Bench.start();
    bench.ask(10 * hour, 'c-1');
    bench.tick(hour);
    expect(bench.nextDueMs).toBe(hour + minute);
    bench.tick(hour + minute);
    expect(bench.of('c-1')?.state).toBe('expired');
  });

  it('is known for 30 days after it is over', async () => {
    await using bench = await Bench.start();
    bench.ask(0, 'old');
    bench.ask(minute, 'waits', { expiresInMs: durationMs(7 * day) });
    bench.ask(30 * day - 1, 'next');
    expect(bench.of('old')?.state).toBe('expired');
    bench.ask(30 * day + 1, 'last');
    expect(bench.of('old')).toBeUndefined();
    expect(bench.of('waits')?.state).toBe('expired');
  });

  it('comes out the same after a crash at any record', async () => {
    const story = async (crashAfter: number) => {
      await using bench = await Bench.start();
      const steps: (() => void)[] = [
        () => bench.ask(1, 'c-1'),
        () => bench.ask(2, 'c-2'),
        () => bench.reached(3, 'c-1', 'sent'),
        () => bench.reached(4, 'c-1', 'delivered'),
        () => bench.reply(5, { id: 'c-1', ok: true }),
        () => bench.tick(2 * minute),
      ];
      for (const [index, step] of steps.entries()) {
        step();
        if (index === crashAfter) await bench.open();
      }
      return { one: bench.of('c-1'), two: bench.of('c-2'), story: bench.story };
    };
    const undisturbed = await story(-1);
    expect(undisturbed.one?.state).toBe('answered');
    expect(undisturbed.two?.state).toBe('expired');
    for (let crash = 0; crash < 6; crash++) expect(await story(crash), `${crash}`).toEqual(undisturbed);
  });
});

describe('a reply', () => {
  it.each([
    [{ id: 'nothing', ok: true }, 'unknown'],
    [{ id: 'c-1' }, 'unreadable'],
    [{ id: 7, ok: true }, 'unreadable'],
    [{ ok: true }, 'unreadable'],
  ])('%j changes nothing and is counted as %s', async (message, verdict) => {
    await using bench = await Bench.start();
    bench.ask(0, 'c-1');
    bench.reply(1, message);
    expect(bench.of('c-1')?.state).toBe('waiting');
    expect(bench.counts.work.totals.replies[verdict]).toBe(1);
    expect(bench.story).toEqual(['c-1 waiting']);
  });

  it('of another device is about that device, and one before any PUBACK is taken for one', async () => {
    await using bench = await Bench.start();
    bench.ask(0, 'c-1');
    bench.reply(1, { id: 'c-1', ok: true }, 's2' as DeviceId);
    expect(bench.of('c-1')?.state).toBe('waiting');
    bench.reply(2, { id: 'c-1', ok: true, error: 'x'.repeat(2_000) });
    expect(bench.of('c-1')).toMatchObject({ state: 'answered', deliveredAt: null });
    expect(bench.of('c-1')?.reply?.error).toHaveLength(500);
    expect(bench.openIds()).toEqual([]);
  });
});
