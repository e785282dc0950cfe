import { expect, it } from 'vitest';
import { Chance } from '#device-sim/chance/chance.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { killRounds } from './support/kill-rounds.ts';

it('holds for 30 kills at random moments under 2,000 msg/s', async () => {
  using directory = temporaryDirectory();
  const report = await killRounds({
    dataDir: directory.path,
    rounds: 30,
    rate: 2_000,
    chance: new Chance(20_261_122),
    say: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(
    `${JSON.stringify({ ...report, lost: report.lost.length, twice: report.twice.length })}\n`,
  );
  expect(report).toMatchObject({ lost: [], twice: [], wrongAlarms: [], alarmsExpected: 90 });
  // Else no kill came amid what was not acknowledged, and nothing was proved.
  expect(report.resentAfterKills).toBeGreaterThan(0);
  // The one place where a time is asserted: that it is ready again within 5 s after a power cut is promised as such.
  expect(report.slowestReadyMs).toBeLessThan(5_000);
});
