import type { Platform } from '#device-sim/platform/platform.ts';

/** What the platform counted, as far as a run is compared with it. */
export interface PlatformFigures {
  /** Messages and values that are in quarantine. */
  readonly quarantined: number;
  /** Dropped since known: whole messages, and readings. */
  readonly repeats: number;
}

export async function platformFigures(platform: Platform): Promise<PlatformFigures> {
  const text = String(await platform.call('GET', '/metrics'));
  return {
    quarantined: totalOf(text, 'gridbell_quarantined_messages'),
    repeats: totalOf(text, 'gridbell_ingest_repeats_total'),
  };
}

/** The sum over all labels. */
function totalOf(metrics: string, name: string): number {
  let total = 0;
  for (const [, value] of metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm')))
    total += Number(value);
  return total;
}
