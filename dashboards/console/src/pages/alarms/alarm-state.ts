import type { Alarm } from '../../api/types.ts';

/** `event`: over as it began, such as a press of a button. */
export type AlarmState = 'active' | 'event' | 'cleared';

export const alarmState = ({
  clearedAt,
  startedAt,
  state,
}: Pick<Alarm, 'clearedAt' | 'startedAt' | 'state'>): AlarmState => {
  if (state === 'active') return 'active';
  return clearedAt === startedAt ? 'event' : 'cleared';
};

/** How long it stood, or stands, in ms. */
export const stoodMs = (
  { clearedAt, startedAt }: Pick<Alarm, 'clearedAt' | 'startedAt'>,
  now: number,
): number => Math.max(0, (clearedAt === null ? now : Date.parse(clearedAt)) - Date.parse(startedAt));

/** Two units at most: `3 min 20 s`, `2 d 4 h`. */
export function durationParts(
  ms: number,
): readonly { readonly unit: 'd' | 'h' | 'min' | 's'; readonly value: number }[] {
  const seconds = Math.round(ms / 1_000);
  const parts = [
    { unit: 'd', value: Math.floor(seconds / 86_400) },
    { unit: 'h', value: Math.floor(seconds / 3_600) % 24 },
    { unit: 'min', value: Math.floor(seconds / 60) % 60 },
    { unit: 's', value: seconds % 60 },
  ] as const;
  const first = parts.findIndex(({ value }) => value > 0);
  if (first < 0) return [{ unit: 's', value: 0 }];
  return parts.slice(first, first + 2).filter(({ value }) => value > 0);
}
