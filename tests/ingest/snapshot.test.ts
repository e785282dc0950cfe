import { expect, test } from 'vitest';
import type { Ingest, IngestOptions } from '#ingest/ingest.ts';
import { epochMs, plus, position } from '#model/brand.ts';
import type { StateRow } from '#model/snapshot.ts';
import { configurationWith, device, ingestWith, message, now, seen, take } from '#tests/ingest/workbench.ts';
import { fc } from '#tests/support/properties.ts';

/** What stands of everything that `takeDirty` gave: what the ops store would hand to `restore`. */
class SavedStates {
  readonly #states = new Map<string, string>();
  save(ingest: Ingest): void {
    this.saveSome(ingest.takeDirty()[Symbol.iterator](), Number.POSITIVE_INFINITY);
  }
  saveSome(rows: Iterator<StateRow>, most: number): void {
    for (let count = 0; count < most; count += 1) {
      const { done, value } = rows.next();
      if (done === true) return;
      const [key, state] = value;
      if (state === null) this.#states.delete(key);
      else this.#states.set(key, state);
    }
  }
  get states(): ReadonlyMap<string, string> {
    return this.#states;
  }
  restored(options: Partial<IngestOptions> = {}): Ingest {
    const ingest = ingestWith(options);
    ingest.restore([...this.#states].map(([key, state]) => [key, state] as const));
    return ingest;
  }
  get keys(): string[] {
    return [...this.#states.keys()];
  }
}

const arbitrarySent = fc.record({
  payload: fc.oneof(
    fc.record({ temperature: fc.integer({ min: 0, max: 3 }) }),
    fc.record({
      ts: fc.integer({ min: 0, max: 3 }).map((step) => now - step),
      values: fc.record({ temperature: fc.integer({ min: 0, max: 1 }), smoke: fc.boolean() }),
    }),
    fc.constant('no object'),
  ),
  qos: fc.constantFrom(0 as const, 1 as const),
  dup: fc.boolean(),
  messageId: fc.integer({ min: 1, max: 3 }),
});

test('after a restore the same messages give the same as without a crash, wherever it was', () => {
  fc.assert(
    fc.property(
      fc.array(arbitrarySent, { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat({ max: 29 }), { maxLength: 4 }),
      (sent, crashes) => {
        const live = ingestWith();
        let revived = ingestWith();
        const saved = new SavedStates();
        for (const [index, { payload, ...how }] of sent.entries()) {
          const record = message(payload, how);
          const wanted = live.take(record, position(index + 1), now);
          expect(revived.take(record, position(index + 1), now)).toEqual(wanted);
          if (!crashes.includes(index)) continue;
          saved.save(revived);
          revived = saved.restored();
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a snapshot is of the moment when it was begun, however slowly it is read', () => {
  fc.assert(
    fc.property(
      fc.array(arbitrarySent, { minLength: 1, maxLength: 30 }),
      fc.array(fc.record({ at: fc.nat({ max: 29 }), forgets: fc.boolean() }), { maxLength: 5 }),
      (sent, cuts) => {
        const [quick, slow] = [ingestWith(), ingestWith()];
        const [wanted, said] = [new SavedStates(), new SavedStates()];
        let rest = slow.takeDirty()[Symbol.iterator]();
        for (const [index, { payload, ...how }] of sent.entries()) {
          for (const ingest of [quick, slow]) ingest.take(message(payload, how), position(index + 1), now);
          said.saveSome(rest, index % 2);
          for (const { forgets } of cuts.filter(({ at }) => at === index)) {
            said.saveSome(rest, Number.POSITIVE_INFINITY);
            expect(said.states).toEqual(wanted.states);
            rest = slow.takeDirty()[Symbol.iterator]();
            wanted.save(quick);
            if (forgets) for (const ingest of [quick, slow]) ingest.forget(device);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('only what changed is saved', () => {
  const ingest = ingestWith();
  take(ingest, { temperature: 20 });
  expect([...ingest.takeDirty()].map(([key]) => key)).toEqual([device]);
  expect([...ingest.takeDirty()]).toEqual([]);
});

test('of a long ring only the piece that changed is saved', () => {
  const ingest = ingestWith();
  for (let messageId = 1; messageId <= 200; messageId += 1) take(ingest, { co: 1 }, { qos: 1, messageId });
  expect([...ingest.takeDirty()]).toHaveLength(5);
  take(ingest, { co: 1 }, { qos: 1, messageId: 201 });
  expect([...ingest.takeDirty()].map(([key]) => key)).toEqual([device, `${device}/3`]);
});

test('a forgotten device leaves nothing behind and starts anew', () => {
  const ingest = ingestWith();
  const saved = new SavedStates();
  take(ingest, { ts: now, values: { co: 1 } }, { qos: 1, messageId: 1 });
  saved.save(ingest);
  ingest.forget(device);
  saved.save(ingest);
  expect(saved.keys).toEqual([]);
  expect(take(ingest, { ts: now, values: { co: 1 } }).repeats).toBe(0);
  saved.save(ingest);
  expect(saved.keys).toEqual([device]);
});

test('what a gateway described and took back goes with the gateway, whether that was saved in between or not', () => {
  for (const isSaved of [true, false]) {
    const configuration = configurationWith('gateway', 'home-assistant', 'homeassistant/#');
    const ingest = ingestWith({ configuration });
    const saved = new SavedStates();
    const topic = 'homeassistant/sensor/hall/config';
    take(
      ingest,
      { name: 'Hall', state_topic: 'homeassistant/hall/state', device: { identifiers: ['a'] } },
      { topic },
    );
    saved.save(ingest);
    expect(saved.keys).toContain(`${device}/about/${topic}`);
    ingest.take({ ...message({}, { topic }), payload: Buffer.alloc(0) }, position(2), now);
    if (isSaved) saved.save(ingest);
    ingest.forget(device);
    saved.save(ingest);
    expect(saved.keys).toEqual([]);
  }
});

test('a device that is forgotten before it was saved is not saved', () => {
  const ingest = ingestWith();
  take(ingest, { co: 1 });
  ingest.forget(device);
  expect([...ingest.takeDirty()].filter(([, state]) => state !== null)).toEqual([]);
});

test('names that a device invents are counted across a restore', () => {
  const saved = new SavedStates();
  const before = ingestWith();
  for (let index = 0; index < 200; index += 1) take(before, { [`invented-${index}`]: index });
  saved.save(before);
  const after = saved.restored();
  let kept = 0;
  for (let index = 200; index < 300; index += 1)
    kept += take(after, { [`invented-${index}`]: index }).observations.length;
  expect(kept).toBe(56);
});

test('what was quarantined can be replayed once its device is known', () => {
  const configuration = configurationWith();
  configuration.apply({ op: 'delete', resource: 'device', id: device });
  const ingest = ingestWith({ configuration });
  const [held] = take(ingest, { smoke: true }).quarantined;
  expect(held).toMatchObject({ reason: 'unknown-device', property: null });

  const body = configurationWith().device(device);
  if (held === undefined || body === undefined) throw new Error('nothing held');
  configuration.apply({ op: 'put', resource: 'device', id: device, body });
  const replayed = ingest.replay(held, position(2), plus(now, 3_600_000));
  expect(seen(replayed)).toEqual([
    {
      at: '2026-01-01T04:00:00.000Z',
      flags: ['noTime', 'receivedLate', 'replayed'],
      values: { smoke: true },
    },
  ]);
});

test('a replayed message does not move the times of live ones', () => {
  const ingest = ingestWith();
  const [held] = take(ingest, { temperature: 'warm' }).quarantined;
  if (held === undefined) throw new Error('nothing held');
  const again = ingest.replay(held, position(2), epochMs(now + 10));
  expect(again.quarantined).toEqual([{ ...held, position: 2 }]);
  expect(take(ingest, { temperature: 20 }).observations[0]?.at).toBe(now + 1);
});

test('entries of a replayed message do not hide each other', () => {
  const configuration = configurationWith();
  configuration.apply({ op: 'delete', resource: 'device', id: device });
  const ingest = ingestWith({ configuration });
  const [held] = take(ingest, [{ co: 1 }, { co: 2 }]).quarantined;
  const body = configurationWith().device(device);
  if (held === undefined || body === undefined) throw new Error('nothing held');
  configuration.apply({ op: 'put', resource: 'device', id: device, body });
  expect(ingest.replay(held, position(2), now).observations.map(({ at }) => at)).toEqual([now, now + 1]);
});

/** A gateway whose devices describe themselves; what it describes has to outlive the process. */
const describedBy = { configuration: configurationWith('gateway', 'home-assistant', '#') };
const description = (topic: string, name = 'smoke1') =>
  message(
    { stat_t: topic, dev_cla: 'smoke', dev: { ids: [name] } },
    { topic: `homeassistant/binary_sensor/${name}/config` },
  );

test('what a gateway described is known after a restore, what it took back is not', () => {
  const saved = new SavedStates();
  const before = ingestWith(describedBy);
  before.take(description('home/one'), position(1), now);
  before.take(description('home/two', 'smoke2'), position(2), now);
  saved.save(before);
  before.take(
    message(new Uint8Array(), { topic: 'homeassistant/binary_sensor/smoke2/config' }),
    position(3),
    now,
  );
  saved.save(before);
  const after = saved.restored(describedBy);
  const said = (topic: string) => after.take(message(Buffer.from('ON'), { topic }), position(4), now);
  expect(said('home/one').quarantined[0]?.detail).toContain('"smoke1"');
  expect(said('home/two').quarantined[0]?.reason).toBe('unknown-topic');
});

test('what is described is bounded: beyond it is quarantined, and what is known stays', () => {
  const ingest = ingestWith(describedBy);
  const results = Array.from({ length: 10_050 }, (_, index) =>
    ingest.take(description(`home/${index}`, `s${index}`), position(index + 1), now),
  );
  expect(results.filter(({ isPassed }) => isPassed)).toHaveLength(10_000);
  expect(results.at(-1)?.quarantined[0]?.reason).toBe('too-large');
  const again = ingest.take(description('home/elsewhere', 's7'), position(1), now);
  expect(again.isPassed).toBe(true);
  const states = new Map(ingest.takeDirty());
  expect([...states.keys()].filter((key) => key.includes('/about/'))).toHaveLength(10_000);
  ingest.forget(device);
  expect([...ingest.takeDirty()].filter(([, state]) => state !== null)).toEqual([]);
});
