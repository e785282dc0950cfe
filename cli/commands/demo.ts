import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { progressOn } from '#cli/demo/progress.ts';
import { lineOf } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { stopAskedFor } from '#cli/stop-signal.ts';

interface DemoCommandOptions extends PlatformOptions {
  readonly seed: number;
  readonly days: number;
  readonly keep?: true;
}

const ownDirectory = './data-demo';
const communityFile = fileURLToPath(new URL('../../examples/demo-community.yaml', import.meta.url));

export function addDemoCommand(program: Command, io: Io): void {
  program
    .command('demo')
    .description('the whole platform with a community that lives: simulated devices, alarms, people at work')
    .option('--config <file>', 'settings (default: gridbell.yaml, when it is there)')
    .option('--data-dir <dir>', `data directory of the demo alone (default: ${ownDirectory}); begun anew`)
    .option('--keep', 'go on with the data of the demo before')
    .option('--seed <n>', 'another seed is another week', wholeNumber, 7)
    .option('--days <n>', 'length of the history that is made at the beginning, 0 to 14', days, 7)
    .action(async (options: DemoCommandOptions) => {
      // Never that of gridbell.yaml: there lies a platform that is in use.
      const dataDir = options.dataDir ?? (io.env['GRIDBELL_DATA_DIR'] || ownDirectory);
      const config = settingsOf({ ...options, dataDir }, io);
      const stop = new AbortController();
      void stopAskedFor(io).then(() => stop.abort());
      try {
        // Loaded only here: no other command needs the simulator.
        const { parseCommunityFile } = await import('#api/community-file/parse.ts');
        const { runDemo } = await import('#cli/demo/demo.ts');
        await runDemo({
          config,
          platformArguments: options.config === undefined ? [] : ['--config', options.config],
          env: io.env,
          community: parseCommunityFile(await readFile(communityFile, 'utf8')),
          seed: options.seed,
          days: options.days,
          keep: options.keep === true,
          progress: progressOn(process.stderr),
          // The demo community and what is said of it are ours.
          tell: (text) => (io.painted ? io.painted(text) : io.out(text)),
          complain: (line) => io.err(`gridbell: ${line}`),
          isColoured: io.painted !== undefined && process.stdout.isTTY === true && !io.env['NO_COLOR'],
          stop: stop.signal,
        });
      } catch (error) {
        if (stop.signal.aborted) process.exit(0);
        io.err(`gridbell: ${lineOf(error)}`);
        process.exit(1);
      }
      // By itself: a handle that somebody forgot must not keep a demo alive that was stopped.
      process.exit(0);
    });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number is wanted.');
  return value;
}

function days(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 14))
    throw new InvalidArgumentError('A number of days from 0 to 14 is wanted.');
  return value;
}
