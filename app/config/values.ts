import { resolve } from 'node:path';
import { listOf } from '#app/config/setting.ts';
import { type DurationMs, durationMs } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';

/** What was read of the settings named `Name`, each checked by its kind. */
export class SettingValues<Name extends string> {
  readonly #values: ReadonlyMap<string, string | number | null>;

  constructor(values: ReadonlyMap<string, string | number | null>) {
    this.#values = values;
  }

  text(name: Name): string {
    return String(this.#values.get(name) ?? '');
  }

  /** null: nobody said anything. */
  textOrNull(name: Name): string | null {
    return this.text(name) || null;
  }

  number(name: Name): number {
    return Number(this.#values.get(name));
  }

  duration(name: Name): DurationMs {
    return parseDuration(this.text(name)) ?? durationMs(0);
  }

  /** Of a size such as 64MB. */
  bytes(name: Name): number {
    const size = this.text(name);
    return Number.parseInt(size, 10) * (size.endsWith('GB') ? 2 ** 30 : 2 ** 20);
  }

  /** Absolute. */
  path(name: Name): string {
    return resolve(this.text(name));
  }

  /** Absolute. */
  pathOrNull(name: Name): string | null {
    const path = this.textOrNull(name);
    return path === null ? null : resolve(path);
  }

  /** What stands between commas; none where nobody said anything. */
  list(name: Name): readonly string[] {
    return listOf(this.text(name)).filter((each) => each !== '');
  }
}
