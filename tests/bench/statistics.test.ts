import { describe, expect, it } from 'vitest';
import { compare, spreadOf } from '#bench/statistics.ts';

describe('a comparison of repeats', () => {
  it('takes the median and the spread', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ repeats: 3, median: 2, min: 1, max: 3 });
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
  });

  it('shows no difference where the repeats overlap', () => {
    const verdict = compare(spreadOf([10, 20, 30]), spreadOf([5, 8, 11]), 'lower');
    expect(verdict).toBe('no difference that this machine can show');
  });

  it('shows no difference where the medians are too close to be meant', () => {
    const verdict = compare(spreadOf([100, 101, 102]), spreadOf([103, 104, 104]), 'lower');
    expect(verdict).toBe('no difference that this machine can show');
  });

  it('shows no difference with fewer than three repeats', () => {
    expect(compare(spreadOf([1, 2]), spreadOf([7, 8]), 'lower')).toBe(
      'no difference that this machine can show',
    );
  });

  it('knows which way is better', () => {
    const [low, high] = [spreadOf([1, 2, 3]), spreadOf([7, 8, 9])];
    expect(compare(low, high, 'lower')).toBe('better');
    expect(compare(low, high, 'higher')).toBe('worse');
    expect(compare(low, high, null)).toBe('other');
  });
});
