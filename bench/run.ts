/** `npm run bench [NAME] [-- options]`: benchmarks, a table each, ratios first. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Benchmark, Peer, Subject } from './benchmark.ts';
import { machineLine } from './machine.ts';
import { playAll, tablesOf } from './recordings/all.ts';
import { benchmarks, choices } from './registry.ts';
import { type BenchReport, reportTable } from './report.ts';
import { RevisionCheckout } from './revision.ts';
import { runBenchmark } from './runner.ts';

interface CommonOptions {
  readonly repeats?: number;
  readonly compare?: string;
  readonly peer?: Peer | 'none';
  readonly json?: string;
  readonly profile?: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(value >= least)) throw new InvalidArgumentError(`a number of at least ${least}`);
    return value;
  };
}

async function measure(benchmark: Benchmark, given: CommonOptions & Record<string, unknown>): Promise<void> {
  await using other = given.compare === undefined ? null : await RevisionCheckout.open(given.compare, root);
  const peer = given.peer ?? benchmark.usualPeer ?? 'none';
  const subjects: Subject[] = [
    { kind: 'gridbell', label: 'ours', root },
    ...(other ? [{ kind: 'gridbell', label: other.label, root: other.root } as const] : []),
    ...(peer === 'none' ? [] : [{ kind: peer, label: peer } as const]),
  ];
  const numbers = Object.fromEntries(
    Object.entries(benchmark.options).map(([name, option]) => [
      name,
      Number(given[new Option(`--${name}`).attributeName()] ?? option.default),
    ]),
  );
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const options = { numbers, profileTo: given.profile ?? null, say };
  const repeats = given.repeats ?? benchmark.repeats;
  const report = await runBenchmark(benchmark, { subjects, repeats, options });
  print(report);
  if (given.json !== undefined) await writeFile(given.json, `${JSON.stringify(report, null, 2)}\n`);
}

function print(report: BenchReport): void {
  const options = Object.entries(report.options).map(([name, value]) => `--${name} ${value}`);
  const repeats = report.repeats === 1 ? 'one run' : `median (min–max) of ${report.repeats} runs`;
  process.stdout.write(
    `\n${report.benchmark} ${options.join(' ')}: ${repeats}\n${machineLine(report.machine)}\n\n${reportTable(report)}\n`,
  );
}

function commandOf(benchmark: Benchmark): Command {
  const command = new Command(benchmark.name).description(benchmark.what);
  command.option('--repeats <n>', `how often each is run; default ${benchmark.repeats}`, atLeast(1));
  command.option('--json <file>', 'write every figure of every repeat there');
  command.option('--compare <revision>', 'run that git revision by turns with this checkout');
  command.option('--profile <directory>', 'CPU profiles of the platform, a file a thread');
  if (benchmark.peers.length > 0)
    command.addOption(
      new Option(
        '--peer <server>',
        `run another server as well; default ${benchmark.usualPeer ?? 'none'}`,
      ).choices([...benchmark.peers, 'none']),
    );
  for (const [name, option] of Object.entries(benchmark.options))
    command.option(`--${name} <n>`, `${option.what}; default ${option.default}`, atLeast(0));
  return command.action((given: CommonOptions & Record<string, unknown>) => measure(benchmark, given));
}

const program = new Command('bench')
  .description(
    'measures the platform as a process, from outside; without a name all of them, one after the other',
  )
  .action(async () => {
    for (const benchmark of benchmarks) await measure(benchmark, {});
  });
for (const benchmark of benchmarks) program.addCommand(commandOf(benchmark));

const allChoices = new Command('choices')
  .description(
    'measures our choices of design against the others, in this process; without a name all of them',
  )
  .action(async () => {
    for (const choice of choices) await measure(choice, {});
  });
for (const choice of choices) allChoices.addCommand(commandOf(choice));
program.addCommand(allChoices);

program
  .command('recordings')
  .description('the rule library on real recordings: the tables of docs/recordings.md')
  .option(
    '--data <folder>',
    'where the recordings lie',
    fileURLToPath(new URL('../shared/data', `file://${root}`)),
  )
  .action(async ({ data }: { readonly data: string }) => {
    process.stdout.write(tablesOf(await playAll(data)));
  });

// Ends by `exit`, at which servers are killed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
