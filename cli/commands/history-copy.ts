import { type Command, Option } from 'commander';
import type { copyBetween as CopyBetween, Engine } from '#app/history/copy.ts';
import { CommandFailure, CommandVerdict } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { stopwatch } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';

type CopyReport = Awaited<ReturnType<typeof CopyBetween>>;
type TellProgress = Parameters<typeof CopyBetween>[2];

interface CopyOptions extends PlatformOptions {
  readonly from: Engine;
  readonly to: Engine;
  readonly url?: string;
  readonly database?: string;
  readonly org?: string;
  readonly bucket?: string;
  readonly username?: string;
  readonly json?: true;
}

/** As in app/history/copy.ts, which is loaded when it is needed: it brings both engines with it. */
const engines = ['duckdb', 'influxdb'] as const satisfies readonly Engine[];
const targetOptions = ['url', 'database', 'org', 'bucket', 'username'] as const;
/** Where nobody watches, a line so often. */
const tellEveryMs = 10_000;

export function addHistoryCopyCommand(history: Command, io: Io): void {
  const engine = (flag: string, what: string): Option =>
    new Option(`${flag} <engine>`, what).choices(engines).makeOptionMandatory();
  addPlatformOptions(
    history
      .command('copy')
      .description('copy all of history to another engine; goes on where it was when it is cut off')
      .addOption(engine('--from', 'engine that holds it'))
      .addOption(engine('--to', 'engine that shall hold it'))
      .option('--url <url>', 'the InfluxDB, when it is not in the settings yet')
      .option('--database <name>', 'its database (1.x)')
      .option('--org <name>', 'its organisation (2.x)')
      .option('--bucket <name>', 'its bucket (2.x)')
      .option('--username <name>', 'account; password or token come from the environment or the settings')
      .option('--json', 'print the answer as JSON'),
  ).action(async (options: CopyOptions) => {
    if (options.from === options.to) throw new CommandFailure('--from and --to name the same engine');
    const config = settingsOf(options, io, influxSettings(options));
    const { copyBetween } = await import('#app/history/copy.ts');
    const report = await copyBetween(config, options, progressTo(io)).catch((error: unknown) => {
      if (messageOf(error).includes('in use by another process'))
        throw new CommandFailure(
          'a platform has history.duckdb open: stop it, and copy while it is stopped or, so that it is away for a moment only, start it with the other engine in its settings first and copy then',
          { cause: error },
        );
      throw error;
    });
    io.out(options.json ? JSON.stringify(report) : describeCopy(report));
    if (report.mismatches.length > 0)
      throw new CommandVerdict(
        'what was copied does not agree; run the same command again, and report it when it stays so',
      );
  });
}

/** The InfluxDB of the settings, or the one that the options name: a platform may have the other engine in its settings still. */
const influxSettings = (options: CopyOptions): Readonly<Record<string, string>> => ({
  'history-kind': 'influxdb',
  ...Object.fromEntries(
    targetOptions.flatMap((name) => {
      const value = options[name];
      return value === undefined ? [] : [[`history-${name}`, value]];
    }),
  ),
});

function progressTo(io: Io): TellProgress {
  let told = stopwatch();
  return ({ days, done, readings }) => {
    const line = `day ${Math.min(done + 1, days)} of ${days}, ${readings.toLocaleString('en')} readings compared`;
    io.live?.(line);
    if (io.live || stopwatch() - told < tellEveryMs) return;
    told = stopwatch();
    io.err(line);
  };
}

function describeCopy(report: CopyReport): string {
  const { context, days, mismatches, position, reasons, readings, refused, unchanged, written } = report;
  const lines = [
    `${days} days, of which ${unchanged} were there already and have not changed`,
    `${readings} readings, of which ${written} were written; ${context} changes of presence and modes written`,
  ];
  if (refused > 0) lines.push(`${refused} readings can never be stored there: ${reasons.join('; ')}`);
  for (const mismatch of mismatches) lines.push(describeMismatch(mismatch));
  if (position !== null) lines.push(`counts and checksums agree; complete up to record ${position}`);
  return lines.join('\n');
}

const describeMismatch = ({
  day,
  device,
  found,
  property,
  wanted,
}: CopyReport['mismatches'][number]): string =>
  `${day} ${device} ${property}: ${wanted?.count ?? 0} readings (${wanted?.checksum ?? '-'}), there ${found?.count ?? 0} (${found?.checksum ?? '-'})`;
