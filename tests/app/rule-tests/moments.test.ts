import { describe, expect, it } from 'vitest';
import { formatSpan, Moments, parseLocal, parseSpan } from '#app/rule-tests/moments.ts';
import { epochMs } from '#model/brand.ts';
import { fc } from '#tests/support/properties.ts';

const start = epochMs(Date.parse('2026-01-01T04:00:00Z'));

describe('a time of a test', () => {
  it('is what has passed since the beginning', () => {
    const moments = new Moments(start, 'Asia/Shanghai');
    expect(moments.read('0s')).toBe(start);
    expect(moments.read('1h30m')).toBe(start + 5_400_000);
    expect(moments.read('2d 7h')).toBe(start + 198_000_000);
    for (const text of ['', '60', '1x', 'h1', '1h30', '-5s', 'noon'])
      expect(moments.read(text), text).toBeUndefined();
  });

  it('is one of the clocks of the community, or of another with its zone', () => {
    const moments = new Moments(start, 'Asia/Shanghai');
    expect(moments.read('2026-01-01T12:00')).toBe(start);
    expect(moments.read('2026-01-01T12:00:30')).toBe(start + 30_000);
    expect(moments.read('2026-01-01T04:00:00Z')).toBe(start);
    expect(moments.read('2026-13-01T12:00')).toBeUndefined();
    expect(parseLocal('90s', 'Asia/Shanghai')).toBeUndefined();
  });

  it('is shown on the clocks of the community, with the date on another day', () => {
    const moments = new Moments(start, 'Asia/Shanghai');
    expect(moments.clock(epochMs(start + 61_000))).toBe('12:01:01');
    expect(moments.clock(epochMs(start + 86_400_000))).toBe('2026-01-02 12:00:00');
  });

  it('is written as it is read', () => {
    expect(formatSpan(90_000)).toBe('90s');
    expect(formatSpan(211_500)).toBe('3m31s500ms');
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (ms) => {
        expect(parseSpan(formatSpan(ms))).toBe(ms);
      }),
    );
  });
});
