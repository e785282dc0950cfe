import { describe, expect, test } from 'vitest';
import { defaultLimits } from '#broker/limits.ts';
import { mostSessions } from '#broker/sessions.ts';
import { resendWindowMs, ringEntries } from '#ingest/resend-ring.ts';
import { plus } from '#model/brand.ts';
import { ingestWith, now, take, valuesOf } from '#tests/ingest/workbench.ts';

const timed = (temperature: number, ts = now - 1_000) => ({ ts, values: { temperature } });

describe('a reading that is the newest of its series already', () => {
  test('is dropped and counted', () => {
    const ingest = ingestWith();
    take(ingest, timed(20));
    expect(take(ingest, timed(20))).toMatchObject({ observations: [], quarantined: [], repeats: 1 });
  });

  test('leaves the others of its message', () => {
    const ingest = ingestWith();
    take(ingest, timed(20));
    const both = take(ingest, { ts: now - 1_000, values: { temperature: 20, smoke: true } });
    expect(both.repeats).toBe(1);
    expect(valuesOf(both)).toEqual([['smoke', true]]);
  });

  test('is none with another value: the last received counts', () => {
    const ingest = ingestWith();
    take(ingest, timed(20));
    expect(valuesOf(take(ingest, timed(21)))).toEqual([['temperature', 21]]);
    expect(take(ingest, timed(21)).repeats).toBe(1);
  });

  test('is still told after an older one came', () => {
    const ingest = ingestWith();
    take(ingest, timed(20));
    take(ingest, timed(19, plus(now, -2_000)));
    expect(take(ingest, timed(20)).repeats).toBe(1);
  });

  test('is so again after a clock that was days ahead was set back', () => {
    const ingest = ingestWith();
    const ahead = plus(now, 3 * 24 * 60 * 60_000);
    take(ingest, timed(20, ahead), { at: ahead });
    take(ingest, timed(20));
    expect(take(ingest, timed(20)).repeats).toBe(1);
  });

  test('is none at another time', () => {
    const ingest = ingestWith();
    take(ingest, timed(20));
    expect(take(ingest, timed(20, plus(now, -500))).observations).toHaveLength(1);
  });
});

describe('a message at QoS 1 that comes again with DUP', () => {
  const first = { qos: 1, messageId: 7 } as const;
  const again = { ...first, dup: true } as const;

  test('is dropped whole', () => {
    const ingest = ingestWith();
    take(ingest, { sos: true }, first);
    expect(take(ingest, { sos: true }, again)).toEqual({
      clocks: [],
      dialect: 'native',
      isPassed: false,
      isResend: true,
      observations: [],
      quarantined: [],
      presence: [],
      replies: [],
      repeats: 1,
    });
  });

  test('is dropped as well at QoS 2 and when it was quarantined', () => {
    const ingest = ingestWith();
    take(ingest, 'nothing', { qos: 2, messageId: 9 });
    expect(take(ingest, 'nothing', { qos: 2, messageId: 9, dup: true })).toMatchObject({
      quarantined: [],
      repeats: 1,
    });
  });

  test('is taken when it was never seen', () => {
    expect(valuesOf(take(ingestWith(), { sos: true }, again))).toEqual([['sos', true]]);
  });

  test.each([
    ['another payload', { smoke: true }, again],
    ['another message id', { sos: true }, { ...again, messageId: 8 }],
    ['another client', { sos: true }, { ...again, client: 'client-2' }],
  ])('is taken with %s', (_, payload, sent) => {
    const ingest = ingestWith();
    take(ingest, { sos: true }, first);
    expect(take(ingest, payload, sent).observations).toHaveLength(1);
  });

  test('is another message when the same is sent without DUP', () => {
    const ingest = ingestWith();
    take(ingest, { sos: true }, first);
    expect(take(ingest, { sos: true }, first).observations).toHaveLength(1);
  });

  test('is another message long after: ids are used again', () => {
    const ingest = ingestWith();
    take(ingest, { sos: true }, first);
    expect(take(ingest, { sos: true }, { ...again, at: plus(now, resendWindowMs) }).repeats).toBe(1);
    expect(take(ingest, { sos: true }, { ...again, at: plus(now, resendWindowMs + 1_000) }).repeats).toBe(0);
  });

  test('is told among the last 1,024 and not before them', () => {
    const ingest = ingestWith();
    for (let messageId = 1; messageId <= ringEntries + 1; messageId += 1)
      take(ingest, { temperature: messageId / 10 }, { qos: 1, messageId });
    const resent = (messageId: number) =>
      take(ingest, { temperature: messageId / 10 }, { qos: 1, messageId, dup: true }).repeats;
    expect(resent(2)).toBe(1);
    expect(resent(ringEntries + 1)).toBe(1);
    expect(resent(1)).toBe(0);
  });

  test('is told of as many as the sessions of a device may have under way to the disk', () => {
    expect(ringEntries).toBeGreaterThanOrEqual(mostSessions * defaultLimits.underWayOfConnection);
  });
});
