import { isMoreSevere, type Severity } from '#model/alarm.ts';

/** An alarm as people see it once all is told; times in epoch ms. */
export interface Told {
  readonly rule: string;
  readonly key: string;
  /** The device that began it. */
  readonly device: string;
  readonly from: number;
  /** Null: it stands. */
  to: number | null;
  /** Each severity that it had, and since when. */
  readonly severities: [at: number, severity: Severity][];
}

/** The alarms of one rule and key: one stands while any device's does, as severe as the most severe of those. */
export class Board {
  readonly told: Told[] = [];
  readonly #rule: string;
  readonly #key: string;
  readonly #standing = new Map<string, Severity>();

  constructor(rule: string, key: string) {
    this.#rule = rule;
    this.#key = key;
  }

  /** The device's own alarm began, or its severity changed. */
  stands(device: string, at: number, severity: Severity): void {
    const isFirst = this.#standing.size === 0;
    this.#standing.set(device, severity);
    const { told } = this;
    if (isFirst)
      told.push({
        rule: this.#rule,
        key: this.#key,
        device,
        from: at,
        to: null,
        severities: [[at, severity]],
      });
    else this.#rate(at);
  }

  /** The device's own alarm is over. */
  ends(device: string, at: number): void {
    this.#standing.delete(device);
    const last = this.told.at(-1);
    if (!last) throw new Error('nothing stands');
    if (this.#standing.size === 0) last.to = at;
    else this.#rate(at);
  }

  /** An alarm that is over as it begins. */
  happens(device: string, at: number, severity: Severity): void {
    this.told.push({
      rule: this.#rule,
      key: this.#key,
      device,
      from: at,
      to: at,
      severities: [[at, severity]],
    });
  }

  #rate(at: number): void {
    const severities = this.told.at(-1)?.severities ?? [];
    const worst = [...this.#standing.values()].reduce((a, b) => (isMoreSevere(a, b) ? a : b));
    if (severities.at(-1)?.[1] !== worst) severities.push([at, worst]);
  }
}
