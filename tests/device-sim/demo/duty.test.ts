import { expect, it } from 'vitest';
import { Duty } from '#device-sim/demo/duty.ts';
import { hour, plus } from '#model/brand.ts';
import { demoCommunity, monday } from '#tests/device-sim/support/communities.ts';

const duty = new Duty(demoCommunity);
const at = (hours: number) => plus(monday, hours * hour);

it('says who is on duty at a place by the rosters above it', () => {
  expect(duty.at('b3-0502', 'grid-worker', at(9))).toEqual(['w-zhou']);
  expect(duty.at('b3-0502', 'grid-worker', at(23))).toEqual(['w-sun']);
  expect(duty.at('b3-0502', 'street-duty', at(3))).toEqual(['s-cao']);
  expect(duty.at('b3-0502', 'volunteer', at(9))).toEqual([]);
});

it('lets a leader verify what the manager on duty handled', () => {
  expect(duty.verifier('b1-0302', at(9), new Set(['w-zhou']))).toBe('m-wu');
  expect(duty.verifier('b1-0302', at(9), new Set(['m-wu']))).toBe('l-zhao');
  expect(duty.verifier('b1-0302', at(9), new Set(['m-wu', 'l-zhao']))).toBeUndefined();
});
