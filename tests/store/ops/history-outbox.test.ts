import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import { decodeBatch, encodeBatch } from '#store/ops/history-batch.ts';
import { OutboxReader } from '#store/ops/outbox-reader.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { at, reading } from '#tests/store/ops/support/samples.ts';
import { fc } from '#tests/support/properties.ts';

const times = fc.integer({ min: 1_577_836_800_000, max: 4_102_444_800_000 }).map(epochMs);
const readings = fc.record({
  device: fc.constantFrom('d-1', 'd-2', '__proto__').map((id) => id as DeviceId),
  property: fc.constantFrom('smoke', 'temperature', 'co', 'constructor'),
  at: times,
  receivedAt: times,
  value: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.boolean(),
    fc.string(),
  ),
  flags: fc.integer({ min: 0, max: 63 }),
  position: fc.integer({ min: 1, max: 2 ** 52 }).map(position),
});
const batches: fc.Arbitrary<HistoryBatch> = fc.record({
  position: fc.integer({ min: 1, max: 2 ** 52 }).map(position),
  readings: fc.array(readings, { maxLength: 30 }),
  context: fc.array(
    fc.record({
      at: times,
      kind: fc.constantFrom('presence', 'mode'),
      subject: fc.string(),
      state: fc.string(),
    }),
    { maxLength: 5 },
  ),
});

describe('batches on their way to history', () => {
  it('are the same after encoding and decoding', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        expect(decodeBatch(encodeBatch(batch))).toEqual(batch);
      }),
    );
  });

  it('take less than 20 bytes a reading', () => {
    const batch = {
      position: position(1_000_500),
      context: [],
      readings: Array.from({ length: 500 }, (_, n) =>
        reading({
          device: `device-${n % 100}` as DeviceId,
          at: epochMs(at + n * 3),
          receivedAt: epochMs(at + n * 3 + 5),
          value: 20 + n / 100,
          position: position(1_000_000 + n),
        }),
      ),
    };
    expect(encodeBatch(batch).length / 500).toBeLessThan(20);
  });

  it('come out in order, after a position, and are gone when history has them', async () => {
    await using ops = await disposableStore();
    const batch = (at: number) => ({ position: position(at), readings: [reading()], context: [] });
    for (const at of [3, 7, 9]) ops.writer.putHistoryBatch(batch(at));
    expect(ops.reader.historyBatchesAfter(position(3), 1)).toEqual([batch(7)]);
    expect(ops.reader.historyBatchesAfter(position(0), 9)).toHaveLength(3);
    ops.writer.deleteHistoryBatches(position(7));
    expect(ops.reader.historyBatchesAfter(position(0), 9)).toEqual([batch(9)]);
    expect(ops.reader.historyBacklog()).toBe(1);
  });

  it('are refused a second time', async () => {
    await using ops = await disposableStore();
    const batch = { position: position(3), readings: [reading()], context: [] };
    ops.writer.putHistoryBatch(batch);
    expect(() => ops.writer.putHistoryBatch(batch)).toThrow(/UNIQUE/);
  });

  it('are counted in bytes, also after what was not committed and after a start', async () => {
    await using ops = await disposableStore();
    const batch = (at: number) => ({ position: position(at), readings: [reading()], context: [] });
    const one = encodeBatch(batch(1)).length;
    expect(ops.writer.outboxBytes()).toBe(0);
    for (const at of [1, 2, 3]) ops.writer.putHistoryBatch(batch(at));
    expect(ops.writer.outboxBytes()).toBe(3 * one);
    ops.writer.begin();
    ops.writer.putHistoryBatch(batch(4));
    ops.writer.deleteHistoryBatches(position(2));
    expect(ops.writer.outboxBytes()).toBe(2 * one);
    ops.writer.rollback();
    expect(ops.writer.outboxBytes()).toBe(3 * one);
    ops.writer.deleteHistoryBatches(position(2));
    expect(ops.writer.outboxBytes()).toBe(one);
  });

  it('are read no more at a time than memory should hold, and always one', async () => {
    await using ops = await disposableStore();
    const many = Array.from({ length: 20_000 }, (_, n) => reading({ at: epochMs(at + n) }));
    for (const at of [1, 2, 3, 4, 5])
      ops.writer.putHistoryBatch({ position: position(at), readings: many, context: [] });
    const reader = OutboxReader.open(ops.path);
    expect(reader.batchesAfter(position(0), 64).map((batch) => batch.position)).toEqual([1, 2, 3]);
    expect(reader.batchesAfter(position(3), 1).map((batch) => batch.position)).toEqual([4]);
    reader.close();
  });
});
