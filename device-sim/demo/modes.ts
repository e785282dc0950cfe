import { DateTime } from 'luxon';
import type { EpochMs } from '#model/brand.ts';
import type { Mode } from '#model/community.ts';

/**
 * Who is away and where work is under way when the demo's present begins. Nothing of the programme happens there: what a mode holds
 * back would be missed.
 */
export function modesAt(now: EpochMs, zone: string): readonly Mode[] {
  const at = (inDays: number, hour: number): string =>
    String(
      DateTime.fromMillis(now, { zone })
        .startOf('day')
        .plus({ days: inDays })
        .set({ hour })
        .toISO({ suppressMilliseconds: true }),
    );
  return [
    {
      target: 'r-0601-b5',
      mode: 'away',
      until: at(5, 18),
      reason: '去杭州女儿家，女儿已告知 · At his daughter’s in Hangzhou, she told us',
    },
    {
      target: 'r-0302-b1',
      mode: 'hospital',
      until: at(3, 12),
      reason: '膝关节手术，住院 · In hospital for a new knee',
    },
    {
      target: 'g1-lane-east',
      mode: 'maintenance',
      until: at(1, 17),
      reason: '修补路面，施工车辆停放 · The road is mended, its vehicles stand there',
    },
  ];
}
