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
 * well is only ever said while it is known.
 */
export function headlineOf(overview: Counted, isKnown: boolean): Headline {
  const { devices } = overview.silent;
  const well = overview.silent.byState['well'] ?? 0;
  const devicesWell = { key: devices === 0 ? 'no-devices' : 'devices-well', params: { well, devices } };
  if (!isKnown) return { tone: 'unknown', key: 'head-unknown', count: 0, more: devicesWell };

  const worst = severities.find((severity) => overview.unsafe.bySeverity[severity] > 0);
  if (worst !== undefined) {
    const { unacknowledged } = overview.unsafe;
    return {
      tone: worst,
      key: `head-${worst}`,
      count: overview.unsafe.bySeverity[worst],
      more: {
        key: unacknowledged > 0 ? 'unacknowledged' : 'all-acknowledged',
        params: { count: unacknowledged },
      },
    };
  }
  const late = overview.late.toAccept + overview.late.toHandle;
  if (late > 0) return { tone: 'late', key: 'head-late', count: late, more: devicesWell };
  const { unprotected } = overview.silent;
  if (unprotected > 0)
    return { tone: 'silent', key: 'head-unprotected', count: unprotected, more: devicesWell };
  return { tone: 'well', key: 'head-well', count: 0, more: devicesWell };
}
