import { setTimeout as pause } from 'node:timers/promises';
import { day, epochMs } from '#model/brand.ts';
import { iso, stopwatch, wallClock } from '#model/clock.ts';

/** All of them are 0 when everything acknowledged is processed, by the engine alone and by history as well. */
const engineLag = ['gridbell_engine_lag_records', 'gridbell_inbox_queued_records'];
const historyLag = ['gridbell_history_backlog_batches'];
/** 0: what is said of that thread is old. */
const isFresh = 'gridbell_thread_up';
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

  /** By name, with labels as they are written. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`${this.#base}/metrics`);
    const lines = (await response.text()).matchAll(/^(\w+(?:\{.*\})?) (\S+)$/gm);
    return new Map(Array.from(lines, ([, name = '', value]) => [name, Number(value)]));
  }

  /** Seconds until the engine has processed all, and until history has taken it over. Rejects after `withinS`. */
  async settled(withinS: number): Promise<{ readonly engineS: number; readonly historyS: number }> {
    const beganMs = stopwatch();
    let engineS: number | null = null;
    for (;;) {
      const metrics = await this.metrics();
      const passedS = (stopwatch() - beganMs) / 1_000;
      const isOld = [...metrics].some(([name, value]) => name.startsWith(isFresh) && value === 0);
      const areThrough = (names: readonly string[]): boolean =>
        !isOld && names.every((name) => metrics.get(name) === 0);
      if (areThrough(engineLag)) engineS ??= passedS;
      if (engineS !== null && areThrough([...engineLag, ...historyLag]))
        return { engineS, historyS: passedS };
      if (passedS > withinS) throw new Error(`the platform has not settled within ${withinS} s`);
      await pause(lookEveryMs);
    }
  }

  /** How many readings of a property history holds of a device. */
  async stored(device: string, property: string): Promise<number> {
    const at = (days: number): string => iso(epochMs(wallClock.now() + days * day));
    const range = `from=${at(-1)}&to=${at(2)}&every=1d&fn=count`;
    const path = `/api/v1/devices/${device}/readings?property=${property}&${range}`;
    const { points } = await this.send<{ points: readonly { readonly value: number }[] }>('GET', path);
    return points.reduce((sum, { value }) => sum + value, 0);
  }
}
