import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '#model/brand.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { at, quarantined } from '#tests/store/ops/support/samples.ts';

describe('quarantine', () => {
  it('gives back what it was given, to the engine as bytes and to readers as base64', async () => {
    await using ops = await disposableStore();
    const id = ops.writer.putQuarantined(quarantined());
    expect(ops.writer.quarantinedById(id)).toEqual({ ...quarantined(), id, isHeld: true });
    const [shown] = ops.reader.quarantine({}, { limit: 1 }).items;
    expect(Buffer.from(shown?.payload ?? '', 'base64')).toEqual(quarantined().payload);
    expect(ops.writer.quarantinedById(id + 1)).toBeUndefined();
  });

  it('keeps payloads unreadable in its files', async () => {
    await using ops = await disposableStore();
    ops.writer.putQuarantined(quarantined());
    const onDisk = Buffer.concat([readFileSync(ops.path), readFileSync(`${ops.path}-wal`)]);
    expect(onDisk.includes('a number was expected')).toBe(true);
    expect(onDisk.includes('seventy-two')).toBe(false);
  });

  it('shows no payload to a reader without the key, and refuses a wrong key', async () => {
    await using ops = await disposableStore();
    ops.writer.putQuarantined(quarantined());
    const without = openOpsReader(ops.path);
    expect(without.quarantine({}, { limit: 1 }).items[0]?.payload).toBe('');
    without.close();
    const wrong = openOpsReader(ops.path, { quarantineKey: new Uint8Array(32) });
    expect(() => wrong.quarantine({}, { limit: 1 })).toThrow();
    wrong.close();
  });

  it('is filtered by device, reason, ids and whether it was replayed, newest first', async () => {
    await using ops = await disposableStore();
    const { reader, writer } = ops;
    writer.putQuarantined(quarantined());
    writer.putQuarantined(quarantined({ device: 'other' as DeviceId }));
    writer.putQuarantined(quarantined({ reason: 'malformed', property: null }));
    writer.markReplayed(2, at);
    writer.markDiscarded(writer.putQuarantined(quarantined({ reason: 'fault', property: null })), at);
    writer.putQuarantined(quarantined({ reason: 'fault', device: 'other' as DeviceId }));
    const ids = (filter: Parameters<typeof reader.quarantine>[0]) =>
      reader.quarantine(filter, { limit: 10 }).items.map(({ id }) => id);
    expect(ids({})).toEqual([5, 4, 3, 2, 1]);
    expect(ids({ device: 'other' })).toEqual([5, 2]);
    expect(ids({ reason: 'malformed' })).toEqual([3]);
    expect(ids({ ids: [1, 3] })).toEqual([3, 1]);
    expect(ids({ ids: [] })).toEqual([]);
    expect(ids({ state: 'held' })).toEqual([5, 3, 1]);
    expect(ids({ state: 'replayed' })).toEqual([2]);
    expect(ids({ state: 'discarded' })).toEqual([4]);
    expect(writer.heldFaults()).toBe(1);
    expect(writer.quarantinedById(4)?.isHeld).toBe(false);
    expect(reader.counts(at).quarantined).toBe(3);
  });
});
