import { describe, expect, test } from 'vitest';
import { day, epochMs, minute, plus, position } from '#model/brand.ts';
import { flag } from '#model/reading.ts';
import { parseRetention } from '#model/retention.ts';
import { configurationWith, device, ingestWith, message, now, seen, take } from '#tests/ingest/workbench.ts';

const untimed = { temperature: 20 };

describe('a message without a time', () => {
  test('is received now', () => {
    expect(take(ingestWith(), untimed).observations[0]?.at).toBe(now);
  });

  test('is later by a millisecond than the last such message of the device', () => {
    const ingest = ingestWith();
    const at = [1, 2, 3].map((temperature) => take(ingest, { temperature }).observations[0]?.at);
    expect(at).toEqual([now, now + 1, now + 2]);
  });

  test('is received now again when time has passed', () => {
    const ingest = ingestWith();
    take(ingest, untimed);
    expect(take(ingest, untimed, { at: plus(now, 40) }).observations[0]?.at).toBe(now + 40);
  });

  test('does not go back with a clock that steps back', () => {
    const ingest = ingestWith();
    take(ingest, untimed);
    expect(take(ingest, untimed, { at: plus(now, -60_000) }).observations[0]?.at).toBe(now + 1);
  });

  test('is received now again after a clock that was days ahead was set back', () => {
    const ingest = ingestWith();
    take(ingest, untimed, { at: plus(now, 3 * 24 * 60 * minute) });
    const after = [0, 10_000].map((ms) => take(ingest, untimed, { at: plus(now, ms) }).observations[0]?.at);
    expect(after).toEqual([now, now + 10_000]);
  });

  test('is not moved by what another device said', () => {
    const configuration = configurationWith();
    const other = { ...configuration.device(device), id: 'd-2' } as never;
    configuration.apply({ op: 'put', resource: 'device', id: 'd-2', body: other });
    const ingest = ingestWith({ configuration });
    take(ingest, untimed);
    const second = take(ingest, untimed, { topic: 'gridbell/c-1/d-2/telemetry', sender: 'd-2' as never });
    expect(second.observations[0]).toMatchObject({ device: 'd-2', at: now });
  });

  test('has the time of the data clock there, whatever the wall clock says', () => {
    const ingest = ingestWith({ clock: 'data' });
    const clockNow = epochMs(Date.parse('2011-10-31T13:24:24Z'));
    const result = ingest.take(message(untimed), position(1), clockNow);
    expect(result.observations[0]).toMatchObject({ at: clockNow, receivedAt: clockNow, flags: flag.noTime });
  });
});

describe('a time that the device gave', () => {
  test('may be older than what is known: it is passed on, for history', () => {
    const ingest = ingestWith();
    take(ingest, { ts: now - 1_000, values: { temperature: 20 } });
    const older = take(ingest, { ts: now - 2_000, values: { temperature: 19 } });
    expect(seen(older)).toEqual([{ at: '2026-01-01T03:59:58.000Z', flags: [], values: { temperature: 19 } }]);
  });

  test('is not late on the data clock', () => {
    const late = take(ingestWith({ clock: 'data' }), { ts: now - 60 * minute, values: { temperature: 20 } });
    expect(late.observations[0]?.flags).toBe(0);
  });
});

test('relative times of a pack count from one time of receipt, later than the last', () => {
  const ingest = ingestWith();
  take(ingest, untimed);
  const pack = take(ingest, [
    { n: 'temp', u: 'Cel', t: -1, v: 20 },
    { n: 'temp', u: 'Cel', v: 21 },
    { n: 'humidity', u: '%RH', v: 40 },
  ]);
  expect(pack.observations.map(({ at }) => at)).toEqual([now - 999, now + 1]);
});

test('retained state is marked on every reading', () => {
  const result = take(ingestWith(), { smoke: true }, { state: true, retain: true });
  expect(result.observations[0]?.flags).toBe(flag.noTime | flag.state);
});

test('retain alone is live', () => {
  const result = take(ingestWith(), { smoke: true }, { retain: true });
  expect(result.observations[0]?.flags).toBe(flag.noTime);
});

describe('the clock of a device', () => {
  const ahead = { ts: now + 10 * minute, values: { temperature: 20 } };
  const right = { ts: now - 1_000, values: { temperature: 21 } };
  const said = (isWrong: boolean) => ({ device, isWrong });

  test('is news once when it goes wrong and once when it is right again', () => {
    const ingest = ingestWith();
    const news = [right, ahead, ahead, right, right].map(
      (payload) => take(ingest, payload).clocks[0] ?? null,
    );
    expect(news).toEqual([null, said(true), null, said(false), null]);
  });

  test('is wrong when one of its values is too old to be kept', () => {
    const retention = parseRetention({ health: { readings: '90d' } });
    const ingest = ingestWith({ retention });
    const old = { ts: now - 100 * day, values: { temperature: 20, 'heart-rate': 70 } };
    expect(take(ingest, { ts: now - 80 * day, values: { 'heart-rate': 70 } }).clocks[0] ?? null).toBeNull();
    expect([take(ingest, old).clocks[0] ?? null, take(ingest, right).clocks[0] ?? null]).toEqual([
      said(true),
      said(false),
    ]);
  });

  test('is not judged by messages without a time, nor on the data clock', () => {
    const ingest = ingestWith();
    take(ingest, ahead);
    expect(take(ingest, untimed).clocks[0] ?? null).toBeNull();
    expect(take(ingestWith({ clock: 'data' }), ahead).clocks[0] ?? null).toBeNull();
  });

  test('is known after a restart', () => {
    const ingest = ingestWith();
    take(ingest, ahead);
    const again = ingestWith();
    again.restore([...ingest.takeDirty()].flatMap(([key, state]) => (state === null ? [] : [[key, state]])));
    expect([take(again, ahead).clocks[0] ?? null, take(again, right).clocks[0] ?? null]).toEqual([
      null,
      said(false),
    ]);
  });
});
