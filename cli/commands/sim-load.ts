import { type Command, InvalidArgumentError, Option } from 'commander';
import { socketAddress } from '#app/directory.ts';
import { openFilesLimit } from '#app/open-files.ts';
import { CommandFailure, CommandVerdict } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { openRunning } from '#cli/operator.ts';
import { platformOf } from '#cli/platform-of.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { stopAskedFor } from '#cli/stop-signal.ts';
import { loadDefaults } from '#device-sim/load/defaults.ts';
import { liveLine } from '#device-sim/load/live.ts';
import type { LoadOptions } from '#device-sim/load/load-run.ts';
import { type PayloadName, payloadNames } from '#device-sim/load/payloads.ts';
import type { LoadedPlatform } from '#device-sim/load/platform.ts';
import { markdownReport } from '#device-sim/load/report/markdown.ts';
import { writeReport } from '#device-sim/load/report/write-report.ts';
import { runLoad } from '#device-sim/load/run-load.ts';
import { countOf, leftoversOf, tidyUp } from '#device-sim/load/tidy.ts';

interface SimLoadOptions extends PlatformOptions {
  readonly rate: number;
  readonly connections: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly payload: PayloadName;
  readonly closedLoop?: number;
  readonly alarmsPerSecond: number;
  readonly connectRate: number;
  readonly community: string;
  readonly keep?: true;
  readonly clean?: true;
  readonly report?: string;
  readonly json?: true;
}

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
    const config = settingsOf(options, io);
    const operator = await openRunning(config);
    const socket = socketAddress(config.dataDir);
    try {
      const stream = { socketPath: socket.path };
      const platform = { ...platformOf(operator, config.host), stream };
      await (options.clean ? clean(platform, io) : load(platform, options, io));
    } finally {
      socket[Symbol.dispose]();
      await operator.close();
    }
  });
}

async function load(platform: LoadedPlatform, options: SimLoadOptions, io: Io): Promise<void> {
  const stopping = new AbortController();
  let isRunning = true;
  void stopAskedFor(io).then(() => {
    if (isRunning)
      io.err('gridbell: ending; Ctrl-C again leaves what was made, until gridbell sim load --clean');
    stopping.abort();
  });
  const run = await runLoad(platform, loadOptions(options), {
    signal: stopping.signal,
    note: (line) => io.err(`gridbell: ${line}`),
    onLive: (figures) => io.live?.(liveLine(figures)),
    onDeleted: (deleted, of) => io.live?.(`deleted ${deleted} of ${of}`),
  });
  isRunning = false;
  const written = options.report === undefined ? [] : await writeReport(run, options.report);
  io.out(options.json ? JSON.stringify(run) : markdownReport(run));
  for (const file of written) io.err(`gridbell: ${file}`);
  if (run.complaints.length === 0) return;
  io.err(`gridbell: ${run.complaints.join('; ')}; see the platform's log and docs/simulator.md, Load`);
  throw new CommandVerdict();
}

/** What runs left that were killed, or told to keep it. */
async function clean(platform: LoadedPlatform, io: Io): Promise<void> {
  const leftovers = await leftoversOf(platform);
  if (countOf(leftovers) === 0) {
    io.out('nothing of a load stands');
    return;
  }
  const { voided } = await tidyUp(platform, leftovers, (deleted) =>
    io.live?.(`deleted ${deleted} of ${countOf(leftovers)}`),
  );
  const { devices } = leftovers;
  io.out(`deleted ${devices.length} devices with their places and people; ${voided} tasks void`);
}

function loadOptions(options: SimLoadOptions): LoadOptions {
  const { closedLoop, connections, payload, rate, seconds } = options;
  if (options.alarmsPerSecond * seconds > mostDetectors)
    throw new CommandFailure(
      `${options.alarmsPerSecond} alarms/s for ${seconds} s are too many: each is a detector of its own; at most ${mostDetectors} in a run`,
    );
  return {
    connections,
    seconds,
    payload,
    warmUpS: options.warmUp,
    loop: closedLoop === undefined ? { kind: 'open', rate } : { kind: 'closed', window: closedLoop },
    alarmsPerSecond: options.alarmsPerSecond,
    connectsPerSecond: options.connectRate,
    community: options.community,
    keep: options.keep === true,
    openFiles: openFilesLimit(),
  };
}

const mostDetectors = 10_000;

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
