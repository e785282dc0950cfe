import type { Severity } from '../../api/types.ts';
import { severities } from '../../components/severity.ts';
import type { Overview } from './overview.ts';

/** One sentence on how the community is, and how grave it is. `unknown`: what we know is old. */
export interface Headline {
  readonly tone: Severity | 'late' | 'silent' | 'well' | 'unknown';
  /** Key of the sentence under `overview.`, and what stands in it. */
  readonly key: string;
  readonly count: number;
  /** Key of a second sentence, when there is more to say. */
  readonly more: { readonly key: string; readonly params: Readonly<Record<string, number>> };
}

type Counted = Pick<Overview, 'unsafe' | 'late' | 'silent'>;

/**
 * What matters most, alone: standing alarms by the gravest, then what is late, then devices that protect nobody. That all is
 * well is only ever said while it is known; of what is not known any more it says how it was.
 */
export function headlineOf(overview: Counted, isKnown: boolean): Headline {
  const { count, key, more, tone } = knownHeadline(overview);
  return isKnown
    ? { tone, key, count, more }
    : { tone: 'unknown', key: 'head-unknown', count: 0, more: { key, params: { count } } };
}

function knownHeadline({ late, silent, unsafe }: Counted): Headline {
  const { devices } = silent;
  const more = {
    key: devices === 0 ? 'no-devices' : 'devices-well',
    params: { well: silent.byState['well'] ?? 0, devices },
  };
  const worst = severities.find((severity) => unsafe.bySeverity[severity] > 0);
  if (worst !== undefined) {
    const { unacknowledged: count } = unsafe;
    return {
      tone: worst,
      key: `head-${worst}`,
      count: unsafe.bySeverity[worst],
      more: { key: count > 0 ? 'unacknowledged' : 'all-acknowledged', params: { count } },
    };
  }
  const overdue = late.toAccept + late.toHandle + late.toVerify + late.toClose;
  if (overdue > 0) return { tone: 'late', key: 'head-late', count: overdue, more };
  if (silent.unprotected > 0)
    return { tone: 'silent', key: 'head-unprotected', count: silent.unprotected, more };
  return { tone: 'well', key: 'head-well', count: 0, more };
}
