import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';

/** Other names of the same figure, newest first: the platform that is compared with may be older. */
const lagNames = ['gridbell_engine_lag_records'];
const backlogNames = ['gridbell_history_backlog_batches'];
const queuedNames = ['gridbell_inbox_queued_records'];
const lookEveryMs = 50;

/** The platform's API and metrics, as an operator on the same machine sees them. */
export class PlatformApi {
  readonly token: string;
  readonly #base: string;

  private constructor(base: string, token: string) {
    this.#base = base;
    this.token = token;
  }

  static async signIn(http: number, password: string): Promise<PlatformApi> {
    const base = `http://127.0.0.1:${http}`;
    const { token } = await new PlatformApi(base, '').send<{ token: string }>('POST', '/api/v1/session', {
      username: 'admin',
      password,
    });
    return new PlatformApi(base, token);
  }

  /** Rejects with the answer when it is no success. */
  async send<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Sums over labels, by name. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`${this.#base}/metrics`);
    const sums = new Map<string, number>();
    for (const [, name = '', value] of (await response.text()).matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm))
      sums.set(name, (sums.get(name) ?? 0) + Number(value));
    return sums;
  }

  /** Seconds until the engine has processed all, and until history has taken it over. Rejects after `withinS`. */
  async settled(withinS: number): Promise<{ readonly engineS: number; readonly historyS: number }> {
    const beganMs = stopwatch();
    let engineS: number | null = null;
    for (;;) {
      const metrics = await this.metrics();
      const passedS = (stopwatch() - beganMs) / 1_000;
      const isAtEnd = first(metrics, lagNames) === 0 && first(metrics, queuedNames) === 0;
      if (isAtEnd) engineS ??= passedS;
      if (isAtEnd && engineS !== null && first(metrics, backlogNames) === 0)
        return { engineS, historyS: passedS };
      if (passedS > withinS) throw new Error(`the platform has not settled within ${withinS} s`);
      await pause(lookEveryMs);
    }
  }

  /** How many readings of a property history holds of a device. */
  async stored(device: string, property: string): Promise<number> {
    const dayMs = 86_400_000;
    const at = (days: number): string => new Date(performance.timeOrigin + days * dayMs).toISOString();
    const range = `from=${at(-1)}&to=${at(2)}&every=1d&fn=count`;
    const path = `/api/v1/devices/${device}/readings?property=${property}&${range}`;
    const { points } = await this.send<{ points: readonly { readonly value: number }[] }>('GET', path);
    return points.reduce((sum, { value }) => sum + value, 0);
  }
}

function first(metrics: ReadonlyMap<string, number>, names: readonly string[]): number {
  for (const name of names) {
    const value = metrics.get(name);
    if (value !== undefined) return value;
  }
  throw new Error(`/metrics has none of ${names.join(', ')}`);
}
