import { describe, expect, it } from 'vitest';
import { fc } from '#tests/support/properties.ts';
import { durationWords } from '../../dashboards/console/src/format/duration.ts';
import { atWallText, wallText, zonedTicks } from '../../dashboards/console/src/format/zoned-time.ts';
import { payloadText } from '../../dashboards/console/src/pages/quarantine/payload-text.ts';
import { inOrder } from '../../dashboards/console/src/queries/property-order.ts';

const base64 = (content: string | Uint8Array) => Buffer.from(content).toString('base64');

describe('what was received, as text', () => {
  it('is JSON with indents, other text as it came, and bytes where it is no text', () => {
    expect(payloadText(base64('{"a":1}'))).toEqual({ kind: 'json', text: '{\n  "a": 1\n}', isCut: false });
    expect(payloadText(base64('{"温度": 21.5, "humid'))).toMatchObject({
      kind: 'text',
      text: '{"温度": 21.5, "humid',
    });
    expect(payloadText(base64(Uint8Array.of(0xff, 0x41, 0)))).toMatchObject({
      kind: 'bytes',
      text: `0000  ff 41 00${' '.repeat(39)}  ·A·`,
    });
    expect(payloadText('')).toMatchObject({ kind: 'empty' });
  });

  it('is bytes where text hides control signs, and cut where it is long', () => {
    expect(payloadText(base64('a\u001b[31m')).kind).toBe('bytes');
    expect(payloadText(base64('x'.repeat(5_000)))).toMatchObject({ kind: 'text', isCut: true });
  });

  it('never fails, whatever came', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(payloadText(base64(bytes)).text.length).toBeLessThan(2_000);
      }),
    );
  });
});

describe('times on the walls of the community', () => {
  const at = Date.parse('2026-01-01T18:30:00Z');

  it('are written and read in its zone', () => {
    expect(wallText(at, 'Asia/Shanghai')).toBe('2026-01-02T02:30');
    expect(atWallText('2026-01-02T02:30', 'Asia/Shanghai')).toBe(at);
    expect(atWallText('nonsense', 'Asia/Shanghai')).toBeUndefined();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000 }), (minutes) => {
        const time = minutes * 60_000;
        expect(atWallText(wallText(time, 'Asia/Kathmandu'), 'Asia/Kathmandu')).toBe(time);
      }),
    );
  });

  it('have round ticks: midnights there, not of the browser', () => {
    const { isDaily, ticks } = zonedTicks({ from: at, to: at + 7 * 86_400_000 }, 'Asia/Shanghai', 8);
    expect(isDaily).toBe(true);
    expect(ticks.map((tick) => wallText(tick, 'Asia/Shanghai').slice(5))).toEqual(
      ['03', '04', '05', '06', '07', '08', '09'].map((day) => `01-${day}T00:00`),
    );
    const summer = { from: Date.parse('2026-03-28T12:00:00Z'), to: Date.parse('2026-03-30T12:00:00Z') };
    const across = zonedTicks(summer, 'Europe/Berlin', 3).ticks;
    expect(across.map((tick) => wallText(tick, 'Europe/Berlin'))).toEqual([
      '2026-03-29T00:00',
      '2026-03-30T00:00',
    ]);
  });
});

it('durations are said in words, in the singular and the plural', () => {
  expect([durationWords('24h', 'en'), durationWords('1m', 'en'), durationWords('10m', 'zh-CN')]).toEqual([
    '24 hours',
    '1 minute',
    '10分钟',
  ]);
  expect(['60s', '180s', '90s', '60m', '3600s', '0s'].map((text) => durationWords(text, 'en'))).toEqual([
    '1 minute',
    '3 minutes',
    '90 seconds',
    '1 hour',
    '1 hour',
    '0 seconds',
  ]);
  expect(durationWords('soon', 'en')).toBe('soon');
});

it('properties come with what the device is there for first and its own condition last', () => {
  expect(
    inOrder(['rssi', 'battery', 'zeta', 'humidity', 'temperature'], ['temperature', 'humidity', 'battery']),
  ).toEqual(['temperature', 'humidity', 'zeta', 'battery', 'rssi']);
});
