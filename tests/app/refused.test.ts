import { describe, expect, it } from 'vitest';
import { refusedEntries, refusedReadings } from '#app/history/refused.ts';
import { epochMs, position } from '#model/brand.ts';
import { rejectedReading } from '#store/history/duckdb/storable.ts';
import type { Rejected } from '#store/history/history.ts';
import { whyRefused } from '#store/history/influxdb/refusal.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import { batch, reading } from '#tests/store/history.contract.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');
const topicOf = (device: string): string => `gridbell/c1/${device}/telemetry`;

const rejected = (property: string, at: number, of = 1): Rejected =>
  rejectedReading(reading(['d1', property, at, 39.5], of), 'the name is too long: shorten it');
const entriesOf = (list: readonly Rejected[]) => refusedEntries([batch(1, []), batch(5, [])], list, topicOf);

describe('what history can never store', () => {
  it('is in quarantine with its time and reason, the value only in what is sealed', () => {
    const [entry] = entriesOf([rejected('heart-rate', noon)]);
    expect(entry).toMatchObject({
      device: 'd1',
      position: 1,
      topic: 'gridbell/c1/d1/telemetry',
      reason: 'not-stored',
      property: 'heart-rate',
      detail:
        'heart-rate of 2026-03-10T12:00:00.000Z: history cannot store it: the name is too long: shorten it',
    });
    expect(entry?.detail).not.toContain('39.5');
  });

  it('comes out of it again as it was', () => {
    const given = { ...reading(['d1', 'credential', noon, '火 "x"'], 3), flags: 5 };
    const [entry] = entriesOf([rejectedReading(given, 'no')]);
    expect(entry && refusedReadings(entry, position(9))).toEqual([{ ...given, position: 9 }]);
  });

  it('is the same in whatever company its batch was tried', () => {
    const first = Array.from({ length: 100 }, (_, index) => rejected('a', noon + index, 1));
    const second = Array.from({ length: 70 }, (_, index) => rejected('a', noon + index, 4));
    const together = entriesOf([...first, ...second]);
    expect(together).toEqual([...entriesOf(first), ...entriesOf(second)]);
    expect(together).toHaveLength(64 + 1 + 64 + 1);
    const all = together.flatMap((entry) => refusedReadings(entry, position(9)));
    expect(all).toHaveLength(170);
  });

  it('is not kept longer there than it would have been in history', () => {
    expect(entriesOf([rejectedReading(reading(['d1', 'a', noon, 1]), 'not kept any more', true)])).toEqual(
      [],
    );
  });

  it('is put once, however often it is told', async () => {
    using directory = temporaryDirectory();
    const writer = await openOpsWriter(`${directory.path}/ops.db`, {
      quarantineKey: new Uint8Array(32).fill(1),
    });
    const told = entriesOf([rejected('a', noon), rejected('a', noon + 1), rejected('b', noon)]);
    const again = told.map((entry) => ({ ...entry, detail: `${entry.detail} (in other words)` }));
    writer.begin();
    expect(told.map((entry) => writer.putRefused(entry))).toEqual([true, true, true]);
    expect(again.map((entry) => writer.putRefused(entry))).toEqual([false, false, false]);
    expect(writer.quarantinedById(1)).toMatchObject({ isHeld: true, receivedAt: epochMs(noon + 40) });
    writer.forgetQuarantined('d1');
    expect(writer.quarantinedById(1)).toBeUndefined();
    writer.commit();
    writer.close();
  });
});

describe('why InfluxDB refuses a point', () => {
  it('is told without the point, and with what helps', () => {
    const line = `{"error":"unable to parse 'vitals,device=d1 num=39.5': invalid 'x' in 'num=39.5': bad timestamp"}`;
    expect(whyRefused(line)).toBe(
      'InfluxDB refuses it (unable to parse it: bad timestamp); the name or text is nothing that InfluxDB can be told: change it at the device',
    );
    expect(
      whyRefused(
        '{"error":"partial write: field type conflict: input field \\"num\\" on measurement \\"m\\" is type float, already exists as type string dropped=1"}',
      ),
    ).toMatch(/^InfluxDB refuses it \(field type conflict: .* as type string\); another program writes here/);
    expect(whyRefused('something new')).toBe('InfluxDB refuses it (something new); see the log of InfluxDB');
  });
});
