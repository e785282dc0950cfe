import { describe, expect, it } from 'vitest';
import { Seldom } from '#app/history/seldom.ts';
import { hour } from '#model/brand.ts';

describe('a question that costs much', () => {
  it('is asked once in its while, and again when it had no answer', async () => {
    let asked = 0;
    const seldom = new Seldom(async () => {
      asked += 1;
      if (asked === 1) throw new Error('away');
      return asked;
    }, hour);
    await expect(seldom.value()).rejects.toThrow('away');
    expect([await seldom.value(), await seldom.value()]).toEqual([2, 2]);
  });

  it('is asked each time when it costs little', async () => {
    let asked = 0;
    const often = new Seldom(async () => ++asked, 0);
    expect([await often.value(), await often.value()]).toEqual([1, 2]);
  });
});
