import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { playAll, type RecordingFigures } from '#bench/recordings/all.ts';
import { beginMs, type Nuisance } from '#bench/recordings/nuisances.ts';
import type { Played } from '#bench/recordings/recording.ts';

const data = '../shared/data';
const isThere = existsSync(data);
if (!isThere) process.stderr.write(`\n!! ${data} is not there: no rule was tried on a recording\n\n`);

const rulesOf = ({ alarms }: Played): readonly string[] => alarms.map(({ rule }) => rule);

/**
 * What docs/recordings.md says, coarsely: a rule that finds less or tells more than it does fails here. The exact figures are
 * printed by `npm run bench recordings`.
 */
describe.skipIf(!isThere)('the library, on recordings', () => {
  let figures: RecordingFigures;
  beforeAll(async () => {
    figures = await playAll(data);
  });

  describe('room fires', () => {
    it('are each found by all four detectors below the ceiling', () => {
      expect(figures.fires.length).toBe(20);
      for (const { name, ceiling } of figures.fires) expect(ceiling.length, name).toBe(4);
    });

    it.each([
      ['100kW', 20],
      ['RedAccent', 105],
      ['Overstuffed', 235],
    ])('of the fuel %s are found within %d s of the ignition', (fuel, within) => {
      const fires = figures.fires.filter(({ name }) => name.startsWith(fuel));
      for (const { name, ceiling } of fires) expect(Math.max(...ceiling), name).toBeLessThanOrEqual(within);
    });

    it('are found earlier than by 54 °C, and never before they burn', () => {
      for (const { name, before, ceiling, critical } of figures.fires) {
        expect(before, name).toBe(0);
        expect(Math.min(...ceiling), name).toBeLessThanOrEqual(Math.min(...critical));
      }
      const slow = figures.fires.filter(({ name }) => !name.startsWith('100kW'));
      const gained = slow.map(({ ceiling, critical }) => Math.min(...critical) - Math.min(...ceiling));
      expect(Math.min(...gained)).toBeGreaterThan(0);
    });

    it('become critical', () => {
      for (const { name, critical } of figures.fires) expect(critical.length, name).toBe(4);
    });
  });

  it('candles, alcohol, breath, clean air, an office and a probe that jumps are no fire', () => {
    const told = figures.nuisances.map((played) => [
      (played.recording as Nuisance).what,
      rulesOf(played).filter((rule) => rule !== 'device-silent'),
    ]);
    expect(Object.fromEntries(told)).toEqual({
      'room air': [],
      'nine candles': [],
      breath: [],
      'alcohol, 20 cm': [],
      'alcohol, 1 cm, blown at': [],
      'clean air': [],
      // The miss that docs/recordings.md tells of.
      'smoke at 10 cm': [],
      'above smoke': ['smoke-density-rising'],
      'an office': [],
      // By the recording's own word.
      'detector under test, first probe': ['smoke-alarm'],
      'detector under test, second probe': ['smoke-alarm'],
    });
    expect(figures.nuisances.length).toBe(13);
  });

  it('a sensor above smoke is told of within a minute', () => {
    const above = figures.nuisances.find(({ recording }) => recording.name === 'smoke-above');
    const [alarm] = above?.alarms ?? [];
    expect((alarm?.from ?? 0) - beginMs).toBeLessThan(60_000);
  });

  describe('falls, by the example rule', () => {
    const of = (set: string, part: string) =>
      figures.falls.filter((one) => one.set === set && one.part === part);

    it('of people that it was not chosen on are found as well', () => {
      const [sisfall] = of('SisFall', 'check');
      expect(sisfall).toMatchObject({ falls: 30, others: 66 });
      expect(sisfall?.found).toBeGreaterThanOrEqual(28);
      expect(sisfall?.false.length).toBeLessThanOrEqual(12);
      const umafall = of('UMAFall', 'check');
      expect(umafall.length).toBe(5);
      expect(umafall.reduce((sum, { found }) => sum + found, 0)).toBeGreaterThanOrEqual(56);
      expect(umafall.reduce((sum, one) => sum + one.false.length, 0)).toBeLessThanOrEqual(29);
    });

    it('of a device that smooths what it says are missed, as the documentation says', () => {
      expect(of('LSM6DSO', 'check')).toMatchObject([{ falls: 3, found: 0, false: [] }]);
    });
  });

  describe('vital signs', () => {
    it('that are beyond the limit most of the time are told, those that hardly ever are not', () => {
      for (const { rule, mostly, mostlyTold, hardlyTold } of figures.vitals) {
        expect(mostlyTold, rule).toBe(mostly);
        expect(hardlyTold, rule).toEqual([]);
      }
      expect(figures.vitals.reduce((sum, { mostly }) => sum + mostly, 0)).toBe(13);
    });

    it('are told once for each patient and rule', () => {
      expect(figures.patients.length).toBe(34);
      for (const played of figures.patients)
        expect(new Set(rulesOf(played)).size, played.recording.name).toBe(rulesOf(played).length);
    });

    it('of a night with 44 and 52 falls below 94 % are three alarms', () => {
      expect(figures.night.map((half) => rulesOf(half))).toEqual([['spo2-low'], ['spo2-low', 'spo2-low']]);
    });

    it('of somebody who runs are told by the limits of NEWS2, not by a limit of their own', () => {
      const [by, own] = figures.wristband.map((played) =>
        rulesOf(played).filter((rule) => rule !== 'device-silent'),
      );
      expect(by?.length).toBeLessThanOrEqual(5);
      expect(own).toEqual([]);
    });
  });

  it('gas in an office is told where people are', () => {
    expect(figures.badges.map((played) => rulesOf(played))).toEqual([
      ['gas-concentration-high', 'gas-with-people'],
      ['gas-with-people', 'gas-with-people', 'gas-with-people'],
    ]);
  });
});
