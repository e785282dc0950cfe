import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { exportFormats } from '#api/exports/file-format.ts';
import { CommandFailure } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { callDownload, type OperatorClient, withOperator } from '#cli/operator.ts';
import { FileToBe } from '#cli/part-file.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { stopwatch } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';

/** As the API has them. */
const selecting = ['device', 'place', 'kind', 'property', 'series', 'from', 'to', 'every', 'fn'] as const;

interface ExportOptions
  extends PlatformOptions,
    Readonly<Partial<Record<(typeof selecting)[number], string>>> {
  readonly format?: (typeof exportFormats)[number];
}

/** `gridbell history export`: readings of any selection as a file. */
export function addHistoryExportCommand(history: Command, io: Io): void {
  addPlatformOptions(
    history
      .command('export')
      .description('write readings, or buckets of them, as CSV, Parquet or JSON lines (docs/export.md)')
      .argument('<file>', 'where to; - is standard output')
      .option('--device <ids>', 'of these devices, with commas between; default: all')
      .option('--place <ids>', 'of these places and what lies in them')
      .option('--kind <kinds>', 'of these kinds of device')
      .option('--property <names>', 'these properties; default: all')
      .option('--series <pairs>', 'these pairs device:property')
      .option('--from <time>', 'ISO 8601 with zone; default: all there is')
      .option('--to <time>', 'ISO 8601 with zone, itself not included')
      .option('--every <length>', 'buckets of this length: 15m, 1h, 1d')
      .option('--fn <name>', 'what of a bucket: avg, min, max, sum, count, first, last')
      .addOption(
        new Option('--format <name>', 'default: as FILE ends, else csv').choices([...exportFormats]),
      ),
  ).action(async (file: string, options: ExportOptions) => {
    await withOperator(settingsOf(options, io), (operator) => exportTo(file, { operator, options, io }));
  });
}

async function exportTo(
  file: string,
  {
    io,
    operator,
    options,
  }: { readonly operator: OperatorClient; readonly options: ExportOptions; readonly io: Io },
): Promise<void> {
  const id = randomUUID();
  const query = new URLSearchParams({ id, format: options.format ?? formatOf(file) });
  for (const name of selecting) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  // Asked for before anything is written: a refusal leaves no file behind.
  const download = await callDownload(operator, `/api/v1/readings/export?${query.toString()}`);
  const target = file === '-' ? null : await FileToBe.open(file);
  const stop = showProgress(operator, id, io);
  try {
    for await (const piece of download.body) await (target === null ? io.bytes(piece) : target.write(piece));
    await target?.finish();
  } catch (error) {
    await target?.abandon();
    if (error instanceof CommandFailure) throw error;
    const reason = (await runOf(operator, id))?.reason ?? messageOf(error);
    throw new CommandFailure(
      `the export broke off (${reason})${target === null ? '' : `; ${file} was not written`}; run it again`,
      { cause: error },
    );
  } finally {
    stop();
  }
  const run = await runOf(operator, id);
  const left = run?.leftOut.map(({ devices, property }) => `${property} of ${devices} devices`) ?? [];
  if (left.length > 0) io.err(`left out, for your role does not see it: ${left.join(', ')}`);
  if (run && target !== null) io.out(`${run.rows} rows, ${run.bytes} bytes: ${file}`);
}

const formatOf = (file: string): (typeof exportFormats)[number] =>
  exportFormats.find((format) => file.endsWith(`.${format}`)) ?? 'csv';

interface Run {
  readonly rows: number;
  readonly bytes: number;
  readonly share: number;
  readonly reason: string | null;
  readonly leftOut: readonly { readonly property: string; readonly devices: number }[];
}

async function runOf(operator: OperatorClient, id: string): Promise<Run | undefined> {
  const { body, status } = await operator
    .request('GET', `/api/v1/exports/${id}`)
    .catch(() => ({ status: 0, body: null }));
  return status === 200 ? (body as Run) : undefined;
}

const lookEveryMs = 500;

/** A line that is written over itself, where somebody watches; answers how to end it. */
function showProgress(operator: OperatorClient, id: string, io: Io): () => void {
  if (!io.live) return () => undefined;
  const began = stopwatch();
  let isOver = false;
  const timer = setInterval(() => {
    void runOf(operator, id).then((run) => {
      if (!run || isOver) return;
      const perSecond = Math.round(run.rows / Math.max(1, (stopwatch() - began) / 1_000));
      io.live?.(
        `${Math.floor(run.share * 100)} %, ${run.rows} rows (${perSecond}/s), ${(run.bytes / 1e6).toFixed(1)} MB`,
      );
    });
  }, lookEveryMs);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}
