import type { PlaceId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';

const escaped = (text: string): string => text.replaceAll(/[,= ]/g, (character) => `\\${character}`);
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;

export interface Line {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string | undefined>>;
  /** Field → its value as line protocol has it. */
  readonly fields: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly at: number;
}

/** A line of line protocol; a tag that is not known is left out. */
export function lineOf({ at, fields, measurement, tags }: Line): string {
  const known = Object.entries(tags).filter(([, value]) => value !== undefined && value !== '');
  const key = [measurement, ...known.map(([tag, value]) => `${tag}=${escaped(value ?? '')}`)].join(',');
  const values = Object.entries(fields).map(([field, value]) => `${field}=${value}`);
  return `${key} ${values.join(',')} ${at}`;
}

/** Where something is, as tags. */
const placeTags = (configuration: Configuration, place: PlaceId | undefined) => ({
  community: configuration.communityId,
  place,
  building: place && configuration.enclosing(place, 'building'),
  grid: place && configuration.enclosing(place, 'grid'),
});

export interface AlarmLine {
  readonly configuration: Configuration;
  readonly alarm: {
    readonly id: string;
    readonly rule: string;
    readonly category: string;
    readonly severity: string;
    readonly place: string;
  };
  readonly kind: 'raised' | 'cleared' | 'acknowledged' | 'disposed';
  readonly at: number;
  /** Since it was raised. */
  readonly seconds: number;
}

export function alarmLine({ alarm, at, configuration, kind, seconds }: AlarmLine): string {
  const { category, id, place, rule, severity } = alarm;
  return lineOf({
    measurement: 'alarms',
    tags: { ...placeTags(configuration, place as PlaceId), rule, category, severity, kind },
    fields: { id: quoted(id), active: kind === 'cleared' ? '0i' : '1i', seconds: String(seconds) },
    at,
  });
}

export interface TaskLine {
  readonly configuration: Configuration;
  readonly task: { readonly id: string; readonly category: string; readonly place: string };
  readonly state: string;
  readonly action: string;
  readonly overdue: boolean;
  readonly at: number;
  /** Since it was created. */
  readonly seconds: number;
}

export function taskLine({ action, at, configuration, overdue, seconds, state, task }: TaskLine): string {
  const isOver = ['closed', 'evaluated', 'void', 'rejected'].includes(state);
  return lineOf({
    measurement: 'tasks',
    tags: { ...placeTags(configuration, task.place as PlaceId), category: task.category, state, action },
    fields: {
      id: quoted(task.id),
      open: isOver ? '0i' : '1i',
      overdue: String(overdue),
      seconds: String(seconds),
    },
    at,
  });
}
