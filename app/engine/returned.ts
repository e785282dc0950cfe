import { createHash } from 'node:crypto';
import type { Quarantined } from '#model/quarantine.ts';
import type { OpsWriter } from '#store/ops/writer.ts';

/**
 * What comes back to quarantine while one command reads messages again. A message that is read again for one thing says all
 * that it said: what of it rests there already is not put there a second time.
 */
export class Returned {
  readonly #ops: Pick<OpsWriter, 'isQuarantined'>;
  readonly #seen = new Set<string>();

  constructor(ops: Pick<OpsWriter, 'isQuarantined'>) {
    this.#ops = ops;
  }

  /** Those that are new. */
  fresh(entries: readonly Quarantined[]): readonly Quarantined[] {
    return entries.filter((entry) => {
      const key = keyOf(entry);
      if (this.#seen.has(key) || this.#ops.isQuarantined(entry)) return false;
      this.#seen.add(key);
      return true;
    });
  }
}

function keyOf({ device, dialect, payload, property, reason, receivedAt, topic }: Quarantined): string {
  const hash = createHash('sha256').update(payload).digest('base64url');
  return JSON.stringify([device, dialect, reason, property, receivedAt, topic, hash]);
}
