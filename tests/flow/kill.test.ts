import { expect, it } from 'vitest';
import { Chance } from '#device-sim/chance/chance.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { killRounds } from './support/kill-rounds.ts';

it('loses nothing that was acknowledged and doubles nothing when it is killed under load', async () => {
  using directory = temporaryDirectory();
  const lines: string[] = [];
  const report = await killRounds({
    dataDir: directory.path,
    rounds: 4,
    rate: 2_000,
    chance: new Chance(7),
    say: (line) => lines.push(line),
  });
  expect(report.lost.slice(0, 10), lines.join('\n')).toEqual([]);
  expect(report.twice.slice(0, 10)).toEqual([]);
  expect(report.wrongAlarms).toEqual([]);
  expect(report.alarmsExpected).toBe(12);
  expect(report.resentAfterKills).toBeGreaterThan(0);
});
