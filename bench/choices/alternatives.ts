import type { Figure } from '#bench/benchmark.ts';

interface Measured {
  readonly part: string;
  readonly alternative: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

/** What was measured of each alternative; in the end also as ratios to the one that is ours. */
export class Alternatives {
  readonly #ours: string;
  readonly #measured: Measured[] = [];

  constructor(ours: string) {
    this.#ours = ours;
  }

  add(part: string, alternative: string, values: Readonly<Record<string, readonly [number, string]>>): void {
    for (const [name, [value, unit]] of Object.entries(values))
      this.#measured.push({ part, alternative, name, unit, value });
  }

  /** Part by part, figure by figure: each alternative, then its ratio. A ratio to nothing is left out. */
  figures(): Figure[] {
    const heads = new Map(this.#measured.map((one) => [`${one.part}\n${one.name}`, one]));
    return [...heads.values()]
      .toSorted((a, b) => this.#rank(a.part) - this.#rank(b.part))
      .flatMap(({ name, part }) => this.#comparison(part, name));
  }

  #rank(part: string): number {
    return this.#measured.findIndex((one) => one.part === part);
  }

  #comparison(part: string, name: string): Figure[] {
    const all = this.#measured.filter((one) => one.part === part && one.name === name);
    const ours = all.find(({ alternative }) => alternative === this.#ours)?.value ?? 0;
    const figure = (label: string, unit: string, value: number): Figure => ({
      part,
      name: label,
      unit,
      value,
      better: null,
    });
    return [
      ...all.map(({ alternative, unit, value }) => figure(`${name}: ${alternative}`, unit, value)),
      ...all
        .filter(({ alternative }) => alternative !== this.#ours && ours !== 0)
        .map(({ alternative, value }) => figure(`… ${name}: ${alternative} / ours`, '×', value / ours)),
    ];
  }
}
