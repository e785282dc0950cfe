import { type Command, InvalidArgumentError } from 'commander';
import { addSimLoadCommand } from '#cli/commands/sim-load.ts';
import type { Io } from '#cli/io.ts';
import { addPlatformOptions, settingsOf } from '#cli/settings.ts';
import type { SimOptions } from '#cli/sim/simulate.ts';
import { parseFault } from '#device-sim/faults/fault-order.ts';
import { faultNames, faults } from '#device-sim/faults/registry.ts';
import { messageOf } from '#model/errors.ts';

/** `gridbell sim`: a fleet that lives on the running platform; `sim load`: one that loads it. */
export function addSimCommand(program: Command, io: Io): void {
  const sim = addPlatformOptions(
    program
      .command('sim')
      // Or `sim load --json` would be read as `sim --json load`.
      .enablePositionalOptions()
      .description('simulated devices live on the running platform (docs/simulator.md)')
      .option('--community <file>', 'the devices of a community file; without it an invented community')
      .option('--devices <n>', 'how many devices the invented community has', fleetSize, 60)
      .option('--seed <n>', 'the same seed gives the same messages', whole, 1)
      .option(
        '--scenario <name>',
        'NAME or FILE, with @PLACE or @DEVICE and +DURATION after the start; again for more',
        gathered,
        [],
      )
      .option(
        '--hours <n>',
        'how long (default: 24 on the data clock, until Ctrl-C on the system clock)',
        positive,
      )
      .option('--speed <speed>', 'real, max, or 60 for a minute a second (the last two: data clock only)')
      .option(
        '--start <time>',
        "data clock: when it begins, ISO 8601 with zone (default: 2026-01-01T00:00 in the community's zone)",
      )
      .option(
        '--fault <name>',
        'NAME, with =RATE and @DEVICE,KIND,… after it; again for more (below)',
        (text, faultsSoFar: readonly unknown[]) => [...faultsSoFar, understood(text)],
        [],
      )
      .option('--log <file>', 'write each message down before it leaves, as a line of JSON; - for stdout')
      .option('--dry-run', 'no platform: write the log alone, as on the data clock')
      .option(
        '--take-over',
        'replace tokens of devices of the community file that are not tagged simulated, too',
      )
      .option(
        '--verify',
        'exit with 1 when other alarms came than announced, whatever the clock and the faults',
      )
      .option('--json', 'print the summary as JSON'),
  )
    .addHelpText('after', faultHelp)
    .action(async (options: SimOptions) => {
      // Loaded only here: no other command needs the simulator.
      const { simulate } = await import('#cli/sim/simulate.ts');
      await simulate(settingsOf(options, io), options, io);
    });
  addSimLoadCommand(sim, io);
}

const faultHelp = [
  '\nFaults, with their usual rates:',
  ...faultNames.map((name) => {
    const { about, defaultRate, rateOf } = faults[name];
    return `  ${name.padEnd(16)} ${about}; ${defaultRate} of ${rateOf}`.replace('of times', 'times');
  }),
].join('\n');

function understood(text: string): unknown {
  try {
    return parseFault(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

const gathered = (text: string, soFar: readonly string[]): readonly string[] => [...soFar, text];

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('A number above 0 is wanted.');
  return value;
}

/** As many as a platform takes connections (docs/operations.md, mqtt-connections). */
const largestFleet = 19_000;

function fleetSize(text: string): number {
  const value = whole(text);
  if (value > largestFleet) throw new InvalidArgumentError(`At most ${largestFleet} devices.`);
  return value;
}

function whole(text: string): number {
  const value = positive(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('A whole number above 0 is wanted.');
  return value;
}
