import type { EpochMs } from '#model/brand.ts';
import { type Mode, modeId, modeNames } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { PastChange } from '#rules/backtest/past.ts';

/** A mode that was set (`mode`), or taken back (null). */
interface ModeChange {
  readonly at: EpochMs;
  readonly id: string;
  readonly mode: Mode | null;
}

/**
 * Puts the modes of then in the place of today's. What stands today and was set before anybody wrote modes down stands
 * from the beginning.
 */
export class ModesOfThen {
  readonly #configuration: Configuration;
  readonly #changes: readonly ModeChange[];
  #next = 0;

  constructor(configuration: Configuration, past: readonly PastChange[]) {
    this.#configuration = configuration;
    const today = new Map([...configuration.modes()].map((mode) => [modeId(mode), mode]));
    this.#changes = past.flatMap((change) => readChange(change, today) ?? []);
    const known = new Set(this.#changes.map(({ id }) => id));
    for (const id of today.keys())
      if (known.has(id)) this.#configuration.apply({ op: 'delete', resource: 'mode', id });
  }

  /** When the next change comes. */
  get nextAt(): number {
    return this.#changes[this.#next]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Makes the next change. */
  step(): void {
    const change = this.#changes[this.#next++];
    if (change) this.#apply(change);
  }

  #apply({ id, mode }: ModeChange): void {
    this.#configuration.apply(
      mode ? { op: 'put', resource: 'mode', id, body: mode } : { op: 'delete', resource: 'mode', id },
    );
  }
}

const written = /^([+-])(\S+)(?: until (\S+))?$/;

function readChange(
  { at, state, subject: target }: PastChange,
  today: ReadonlyMap<string, Mode>,
): ModeChange | null {
  const [, sign, name, said] = written.exec(state) ?? [];
  const mode = modeNames.find((known) => known === name);
  if (mode === undefined) return null;
  const id = modeId({ target, mode });
  if (sign === '-') return { at, id, mode: null };
  // Before ends were written down, only those of modes that still stand are known.
  const until = said ?? today.get(id)?.until;
  return { at, id, mode: { target, mode, ...(until === undefined ? {} : { until }) } };
}
