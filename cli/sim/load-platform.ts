import type { Config } from '#app/config.ts';
import { socketAddress } from '#app/directory.ts';
import { openFilesLimit } from '#app/open-files.ts';
import { CommandFailure, CommandVerdict } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { openRunning } from '#cli/operator.ts';
import { platformOf } from '#cli/platform-of.ts';
import type { PlatformOptions } from '#cli/settings.ts';
import { stopAskedFor } from '#cli/stop-signal.ts';
import { liveLine } from '#device-sim/load/live.ts';
import type { LoadOptions } from '#device-sim/load/load-run.ts';
import type { PayloadName } from '#device-sim/load/payloads.ts';
import type { LoadedPlatform } from '#device-sim/load/platform.ts';
import { markdownReport } from '#device-sim/load/report/markdown.ts';
import { writeReport } from '#device-sim/load/report/write-report.ts';
import { runLoad } from '#device-sim/load/run-load.ts';
import { countOf, leftoversOf, tidyUp } from '#device-sim/load/tidy.ts';

export interface SimLoadOptions extends PlatformOptions {
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

/** Loads the running platform, or clears up behind earlier loads. @throws CommandVerdict when the load's figures are not good */
export async function loadPlatform(config: Config, options: SimLoadOptions, io: Io): Promise<void> {
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
