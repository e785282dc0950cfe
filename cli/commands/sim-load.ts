import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Io } from '#cli/io.ts';
import { addPlatformOptions, settingsOf } from '#cli/settings.ts';
import type { SimLoadOptions } from '#cli/sim/load-platform.ts';
import { loadDefaults } from '#device-sim/load/defaults.ts';
import { payloadNames } from '#device-sim/load/payloads.ts';

/** `gridbell sim load`: devices that publish by the clock, measured and compared with what the platform counted. */
export function addSimLoadCommand(sim: Command, io: Io): void {
  addPlatformOptions(
    sim
      .command('load')
      .description('load the running platform with devices made for it, and report (docs/simulator.md)')
      .option('--rate <n>', 'messages a second, over all connections', positive, loadDefaults.rate)
      .option('--connections <n>', 'devices, each on its connection', whole, loadDefaults.connections)
      .option('--seconds <n>', 'how long is measured', positive, loadDefaults.seconds)
      .option('--warm-up <n>', 'seconds before, not measured', notNegative, loadDefaults.warmUpS)
      .addOption(
        new Option('--payload <name>', 'readings in a message: 2, 12 or 100')
          .choices(payloadNames)
          .default(loadDefaults.payload),
      )
      .option(
        '--closed-loop <window>',
        'instead of --rate: as fast as acknowledged, so many under way each',
        whole,
      )
      .option(
        '--alarms-per-second <n>',
        'smoke detectors that sound, each followed to its task; 0: none',
        notNegative,
        loadDefaults.alarmsPerSecond,
      )
      .option('--connect-rate <n>', 'new connections a second', positive, loadDefaults.connectsPerSecond)
      .option(
        '--community <id>',
        'the community that is loaded, when the platform has one',
        loadDefaults.community,
      )
      .option('--keep', 'leave the devices, places and people of the run as they are')
      .option('--clean', 'send nothing: delete what earlier runs left')
      .option('--report <path>', 'a directory for JSON, Markdown and HTML, or one file (.json, .md, .html)')
      .option('--json', 'print the report as JSON'),
  ).action(async (options: SimLoadOptions) => {
    // Loaded only here: no other command needs the simulator.
    const { loadPlatform } = await import('#cli/sim/load-platform.ts');
    await loadPlatform(settingsOf(options, io), options, io);
  });
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('A number above 0 is wanted.');
  return value;
}

function notNegative(text: string): number {
  return Number(text) === 0 ? 0 : positive(text);
}

function whole(text: string): number {
  const value = positive(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('A whole number is wanted.');
  return value;
}
