import type { Benchmark, Figure, RunOptions, Subject } from './benchmark.ts';
import { machine } from './machine.ts';
import { type BenchReport, summed } from './report.ts';

/** Repeats a benchmark, its subjects by turns (A B A B …), so that a machine that slows down slows down all of them. */
export async function runBenchmark(
  benchmark: Benchmark,
  plan: { readonly subjects: readonly Subject[]; readonly repeats: number; readonly options: RunOptions },
): Promise<BenchReport> {
  const { options, repeats, subjects } = plan;
  const before = machine();
  const runs = new Map<Subject, Figure[][]>(subjects.map((subject) => [subject, []]));
  for (let turn = 1; turn <= repeats; turn++) {
    for (const subject of subjects) {
      options.say(`${benchmark.name}, ${subject.label}: ${turn} of ${repeats}`);
      runs.get(subject)?.push(await benchmark.run(subject, options));
    }
  }
  return {
    benchmark: benchmark.name,
    options: options.numbers,
    repeats,
    machine: before,
    subjects: subjects.map((subject) => summed(subject.label, runs.get(subject) ?? [])),
  };
}
