import { type Command, InvalidArgumentError, Option } from 'commander';
import { readText } from '#cli/commands/import.ts';
import type { Io } from '#cli/io.ts';
import { openRunning } from '#cli/operator.ts';
import { platformOf } from '#cli/platform-of.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import type { ReplaySummary } from '#device-sim/replay/replay.ts';

interface ReplayCommandOptions extends PlatformOptions {
  readonly map: string;
  readonly device?: string;
  readonly start?: string;
  readonly speed: '1' | 'max';
  readonly rate?: number;
  readonly json?: true;
}

export function addReplayCommand(program: Command, io: Io): void {
  addPlatformOptions(
    program
      .command('replay')
      .description('send a recording through MQTT to the running platform (docs/recordings.md)')
      .argument('<file>', 'CSV or JSON lines; .gz is unpacked on the way')
      .requiredOption('--map <map>', 'map file: which column is which property of which device')
      .option(
        '--device <id>',
        "only this device of the map; an id that the map does not know: the recording as that device's",
      )
      .option('--start <time>', "instead of the map's time.start (ISO 8601 with zone)")
      .addOption(
        new Option(
          '--speed <speed>',
          "1: the recording's own; max: as fast as acknowledged (data clock only)",
        )
          .choices(['1', 'max'])
          .default('1'),
      )
      .option('--rate <n>', 'at most so many messages a second', positive)
      .option('--json', 'print the summary as JSON'),
  ).action(async (file: string, options: ReplayCommandOptions) => {
    // Loaded only here: no other command needs what reads recordings.
    const { parseRecordingMap, selectDevice, startAt } = await import('#device-sim/replay/recording-map.ts');
    const { importBeside } = await import('#device-sim/replay/prepare.ts');
    const { replay } = await import('#device-sim/replay/replay.ts');
    const config = settingsOf(options, io);
    const mapped = parseRecordingMap(await readText(options.map), options.map);
    const written = options.start === undefined ? mapped : startAt(mapped, options.start);
    const map = options.device === undefined ? written : selectDevice(written, options.device);
    const isOwnDevice = map.devices.every(({ id }) => written.devices.some((device) => device.id === id));
    const operator = await openRunning(config);
    try {
      const platform = platformOf(operator, config.host);
      // Somebody else's device stands in a community and under rules already.
      if (isOwnDevice) await importBeside(platform, map, options.map);
      const summary = await replay({
        platform,
        file,
        map,
        speed: options.speed === 'max' ? 'max' : 'recorded',
        ...(options.rate === undefined ? {} : { rate: options.rate }),
        note: (line) => io.err(`gridbell: ${line}`),
      });
      io.out(options.json ? JSON.stringify(summary) : describeSummary(summary));
    } finally {
      await operator.close();
    }
  });
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('A number above 0 is wanted.');
  return value;
}

const describeSummary = (summary: ReplaySummary): string =>
  [
    `rows           ${summary.rows} (${summary.unreadableRows} unreadable, ${summary.otherRows} of no device of the map)`,
    `messages       ${summary.messages} (${summary.acknowledged} acknowledged)`,
    `cells          ${summary.cells} sent, ${summary.emptyCells} empty, ${summary.unreadableCells} unreadable`,
    `time           ${summary.seconds} s, ${summary.messagesPerSecond} messages/s, ${summary.reconnects} reconnects`,
  ].join('\n');
