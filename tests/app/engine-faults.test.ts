import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assembleEngine } from '#app/engine/assemble.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import type { Inbox } from '#app/engine/inbox.ts';
import { Keeper } from '#app/engine/keeper.ts';
import type { CommandOutcome } from '#app/engine/outlet.ts';
import { DamagedBatch } from '#broker/inbox/damaged.ts';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import type { InboxRecord } from '#model/record.ts';
import { loadLibrary } from '#rules/library/load.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import { inboxOf, key, outletOf } from '#tests/app/support/engine-over.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const start = 1_800_000_000_000;

const put = (resource: string, id: string, body: object) => ({
  op: 'put',
  resource,
  id,
  body: { id, ...body },
});

const asks = (id: string, command: object): InboxRecord =>
  ({
    type: 'command',
    at: epochMs(start),
    id,
    actor: { kind: 'system', id: 'system' },
    command,
  }) as unknown as InboxRecord;

const command = (id: string, changes: readonly object[]): InboxRecord =>
  asks(id, { name: 'change', expect: 'any', reason: 'test', changes });

const says = (device: string, seconds: number, values: object): InboxRecord => ({
  type: 'message',
  at: epochMs(start + seconds * 1000),
  sender: device as DeviceId,
  client: device,
  topic: `gridbell/c1/${device}/telemetry`,
  payload: Buffer.from(JSON.stringify(values)),
  qos: 1,
  dup: false,
  retain: false,
  messageId: seconds + 1,
  state: false,
});

/** A community with three detectors in three buildings; each reports smoke, one of them twice. */
const story: readonly InboxRecord[] = [
  command('setup', [
    put('community', 'c1', {}),
    ...[1, 2, 3].flatMap((n) => [
      put('place', `b${n}`, { kind: 'building', parent: 'c1' }),
      put('device', `s${n}`, { kind: 'smoke-detector', place: `b${n}` }),
    ]),
    ...loadLibrary().map(({ id, source }) => ({ op: 'put', resource: 'rule', id, body: source })),
  ]),
  says('s1', 1, { smoke: false, temperature: 20 }),
  says('s1', 2, { smoke: true }),
  says('s2', 3, { smoke: true }),
  says('s1', 4, { smoke: false }),
  says('s3', 5, { smoke: true }),
  { type: 'tick', at: epochMs(start + 200_000) },
];

interface Run {
  readonly alarms: readonly string[];
  readonly tasks: number;
  readonly outcomes: readonly CommandOutcome[];
  readonly quarantined: number;
  readonly failures: number;
  /** Messages in quarantine that it failed at and nobody has dealt with. */
  readonly open: number;
  readonly lost: number;
  /** Numbers of the events that were told, and of those that the store has. */
  readonly told: readonly number[];
  readonly stored: readonly number[];
}

interface RunOptions {
  readonly records?: readonly InboxRecord[];
  /** Whether every step takes a snapshot, or only what the engine asks for itself. */
  readonly snapshots?: boolean;
}

/** Runs all records; `sabotage` may break the store or the inbox, `retries` counts how often the keeper waited. */
async function run(
  directory: string,
  sabotage: (parts: { ops: OpsWriter; inbox: Inbox }) => { inbox?: Inbox; setAside?: () => boolean },
  { records = story, snapshots = true }: RunOptions = {},
): Promise<Run> {
  const path = join(directory, 'ops.db');
  const ops = await openOpsWriter(path, { quarantineKey: key });
  const plain = inboxOf(records);
  const { inbox = plain, setAside = () => true } = sabotage({ ops, inbox: plain });
  const outcomes: CommandOutcome[] = [];
  const told: number[] = [];
  let retries: (() => void)[] = [];
  const counts = new EngineCounts();
  const outlet = outletOf({
    outcomes: (list) => outcomes.push(...list),
    events: (events) => told.push(...events.map(({ seq }) => seq)),
    failed: (error) => keeper.failed(error),
  });
  const keeper = new Keeper({
    assemble: (skip) =>
      assembleEngine({
        ops,
        inbox,
        clock: 'system',
        pseudonymKey: key,
        outlet,
        skip,
        log: silent,
        counts,
      }),
    rollback: () => ops.rollback(),
    makeRoom: () => false,
    setAside,
    later: (retry) => retries.push(retry),
    onReady: () => undefined,
    log: silent,
  });
  for (let round = 0; round < 200; round += 1) {
    for (const retry of retries.splice(0)) retry();
    keeper.run(({ effects, engine }) => {
      engine.step();
      if (snapshots) effects.wantSnapshot();
      effects.flush();
    });
    if (keeper.assembled?.effects.committedPosition === records.length) break;
  }
  retries = [];
  expect(keeper.assembled?.effects.committedPosition).toBe(records.length);
  const open = ops.heldFaults();
  ops.close();
  const reader = openOpsReader(path, { quarantineKey: key });
  const alarms = reader.alarms({}, { limit: 100 }).items;
  const result = {
    alarms: alarms
      .map(
        ({ device, rule, startedAt, state, tasks }) =>
          `${rule} ${device} ${startedAt - start} ${state} ${tasks.length}`,
      )
      .sort((a, b) => a.localeCompare(b)),
    tasks: reader.tasks({}, { limit: 100 }).items.length,
    outcomes,
    quarantined: reader.quarantine({}, { limit: 100 }).items.length,
    failures: keeper.failures,
    open,
    lost: keeper.lost,
    told,
    stored: reader.eventsAfter(0, 1_000).map(({ seq }) => seq),
  };
  reader.close();
  return result;
}

const undisturbed = (): Promise<Run> => {
  const directory = temporaryDirectory();
  return run(directory.path, () => ({})).finally(() => directory[Symbol.dispose]());
};

/** As node:sqlite throws it. */
const storeError = (): Error =>
  Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });

describe('an engine whose store fails', () => {
  it('does the work that these tests compare with', async () => {
    expect(await undisturbed()).toMatchObject({
      alarms: [
        'smoke-alarm s1 2000 cleared 1',
        'smoke-alarm s2 3000 active 1',
        'smoke-alarm s3 5000 active 1',
      ],
      tasks: 3,
      quarantined: 0,
    });
  });

  it.each([
    'begin',
    'commit',
    'putAlarm',
    'putTask',
    'appendHistory',
    'putHistoryBatch',
    'putLatest',
    'putState',
    'emit',
    'emittedSince',
    'setPosition',
    'setSnapshotPosition',
  ] as const)(
    'at any call of %s comes to the same alarms and tasks, all of them told, as one that never failed',
    async (method) => {
      const expected = await undisturbed();
      for (const failing of [1, 2, 3, 4, 5]) {
        using directory = temporaryDirectory();
        let calls = 0;
        const seen = await run(directory.path, ({ ops }) => {
          const original = ops[method].bind(ops) as (...input: unknown[]) => unknown;
          Object.defineProperty(ops, method, {
            value: (...input: unknown[]) => {
              calls += 1;
              if (calls === failing) throw storeError();
              return original(...input);
            },
          });
          return {};
        });
        expect(seen.told).toEqual(seen.stored);
        expect({ ...seen, outcomes: seen.outcomes.length, told: seen.stored }).toEqual({
          ...expected,
          outcomes: 1,
        });
      }
    },
  );
});

const failingAtAlarmsOf =
  (failing: string) =>
  ({ ops }: { ops: OpsWriter }) => {
    const original = ops.putAlarm.bind(ops);
    Object.defineProperty(ops, 'putAlarm', {
      value: (alarm: Parameters<OpsWriter['putAlarm']>[0]) => {
        if (alarm.device === failing) throw new TypeError('a fault of ours');
        original(alarm);
      },
    });
    return {};
  };

describe('an engine that fails at a record', () => {
  it('forgets that record also after a crash: the next real alarm of the device is raised', async () => {
    using directory = temporaryDirectory();
    await run(directory.path, () => ({}), { records: story.slice(0, 1), snapshots: false });
    await run(
      directory.path,
      ({ ops }) => {
        const original = ops.putAlarm.bind(ops);
        Object.defineProperty(ops, 'putAlarm', {
          value: (alarm: Parameters<OpsWriter['putAlarm']>[0]) => {
            if (alarm.device === 's2') throw new TypeError('a fault of ours');
            original(alarm);
          },
        });
        return {};
      },
      { snapshots: false },
    );
    const later = [...story, says('s2', 300, { smoke: true })];
    const seen = await run(directory.path, () => ({}), { records: later, snapshots: false });
    expect(seen.alarms).toContain('smoke-alarm s2 300000 active 1');
  });

  it('passes over that record alone, keeps it in quarantine, and does everything else', async () => {
    using directory = temporaryDirectory();
    const seen = await run(directory.path, ({ ops }) => {
      const original = ops.putAlarm.bind(ops);
      Object.defineProperty(ops, 'putAlarm', {
        value: (alarm: Parameters<OpsWriter['putAlarm']>[0]) => {
          if (alarm.device === 's2') throw new TypeError('a fault of ours');
          original(alarm);
        },
      });
      return {};
    });
    expect(seen.alarms).toEqual(['smoke-alarm s1 2000 cleared 1', 'smoke-alarm s3 5000 active 1']);
    expect(seen).toMatchObject({ tasks: 2, quarantined: 1, failures: 1, open: 1, lost: 0 });
  });

  it.each([
    ['replayed', 'replay-quarantine', ['s1', 's2', 's3']],
    ['discarded', 'discard-quarantine', ['s1', 's3']],
  ])('has it open across restarts, until it is %s', async (_, name, devices) => {
    using directory = temporaryDirectory();
    await run(directory.path, failingAtAlarmsOf('s2'));
    expect(await run(directory.path, () => ({}))).toMatchObject({ failures: 0, open: 1 });
    const dealtWith = [...story, asks('deal', { name, ids: [1] })];
    const seen = await run(directory.path, () => ({}), { records: dealtWith });
    expect(seen).toMatchObject({ open: 0, quarantined: 1, outcomes: [{ outcome: { ok: true } }] });
    expect(seen.alarms.map((alarm) => alarm.split(' ')[1])).toEqual(devices);
    const again = [...dealtWith, asks('again', { name, ids: [1] })];
    expect((await run(directory.path, () => ({}), { records: again })).outcomes).toMatchObject([
      { outcome: { value: { missing: [1] } } },
    ]);
  });

  it('has it open still when the replay fails, too: the failed command was answered', async () => {
    using directory = temporaryDirectory();
    await run(directory.path, failingAtAlarmsOf('s2'));
    const records = [...story, asks('deal', { name: 'replay-quarantine', ids: [1] })];
    const seen = await run(directory.path, failingAtAlarmsOf('s2'), { records });
    expect(seen).toMatchObject({ failures: 1, open: 1, lost: 0 });
    expect(seen.outcomes.at(-1)).toMatchObject({ outcome: { ok: false, failure: { code: 'internal' } } });
  });

  it('counts a record that is kept nowhere as lost', async () => {
    using directory = temporaryDirectory();
    const online = {
      type: 'presence',
      at: epochMs(start + 6_000),
      device: 's1',
      online: true,
      cause: 'connected',
    };
    const records = [...story.slice(0, 6), online as unknown as InboxRecord, ...story.slice(6)];
    const seen = await run(
      directory.path,
      ({ ops }) => {
        Object.defineProperty(ops, 'putPresence', { value: () => undefined });
        return {
          inbox: {
            read: (after, max) =>
              records.slice(after, after + max).map((record, index) => ({
                position: position(after + index + 1),
                record:
                  record.type === 'presence'
                    ? Object.defineProperty({ ...record }, 'device', {
                        get: () => {
                          throw new TypeError('a fault of ours');
                        },
                      })
                    : record,
              })),
          },
        };
      },
      { records },
    );
    expect(seen).toMatchObject({ tasks: 3, failures: 1, open: 0, lost: 1 });
  });

  it('answers a command that it failed at', async () => {
    using directory = temporaryDirectory();
    const seen = await run(directory.path, ({ ops }) => {
      Object.defineProperty(ops, 'applyChange', {
        value: () => {
          throw new TypeError('a fault of ours');
        },
      });
      return {};
    });
    expect(seen.outcomes).toMatchObject([
      { id: 'setup', outcome: { ok: false, failure: { code: 'internal' } } },
    ]);
  });
});

describe('an engine whose inbox is damaged', () => {
  it('sets the damaged batch aside and goes on behind it', async () => {
    using directory = temporaryDirectory();
    let damaged = true;
    const seen = await run(directory.path, ({ inbox }) => ({
      inbox: {
        read: (after, max) => {
          if (damaged && after + max >= 4 && after < 4) {
            if (after < 3) return inbox.read(after, 3 - after);
            throw new DamagedBatch({ first: position(4), count: 1, file: 'x.db' }, new Error('bad tag'));
          }
          return inbox.read(after, max);
        },
      },
      setAside: () => {
        damaged = false;
        return true;
      },
    }));
    expect(seen).toMatchObject({ tasks: 3, failures: 1 });
  });
});

describe('an engine whose inbox opens nowhere', () => {
  it('stops setting aside, and waits: the keys are the wrong ones', () => {
    const asked: number[] = [];
    const waiting: (() => void)[] = [];
    const keeper = new Keeper({
      assemble: () => {
        throw new DamagedBatch(
          { first: position(asked.length + 1), count: 1, file: 'x.db' },
          new Error('bad tag'),
        );
      },
      rollback: () => undefined,
      makeRoom: () => false,
      setAside: (damage) => asked.push(damage.first) > 0,
      later: (retry) => waiting.push(retry),
      onReady: () => undefined,
      log: silent,
    });
    expect(asked).toHaveLength(3);
    expect(keeper.blocked).toMatch(/cannot be opened/);
    expect(keeper.assembled).toBeNull();
    expect(waiting).toHaveLength(1);
  });
});
