import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import type { QueryOf } from '../../api/types.ts';
import { severities } from '../../components/severity.ts';

export type AlarmQuestion = Omit<QueryOf<'getAlarms'>, 'limit' | 'cursor'>;

/** What the fields of the filter hold, as they stand in the address; empty: all. */
export interface AlarmFilters {
  readonly state: '' | 'standing' | 'active' | 'cleared';
  readonly ack: '' | 'true' | 'false';
  readonly severity: string;
  readonly place: string;
  readonly rule: string;
  readonly device: string;
  readonly from: string;
  readonly to: string;
}

export const noFilters: AlarmFilters = {
  state: '',
  ack: '',
  severity: '',
  place: '',
  rule: '',
  device: '',
  from: '',
  to: '',
};
const names = Object.keys(noFilters) as readonly (keyof AlarmFilters)[];

/** What somebody wrote into an address by hand may be anything: what we do not know counts as not said. */
export function filtersFrom(query: LocationQuery): AlarmFilters {
  const text = (name: keyof AlarmFilters): string => {
    const value = query[name];
    return typeof value === 'string' ? value : '';
  };
  const oneOf = <T extends string>(name: keyof AlarmFilters, words: readonly T[]): T | '' =>
    words.find((word) => word === text(name)) ?? '';
  const instant = (name: 'from' | 'to'): string => (Number.isNaN(Date.parse(text(name))) ? '' : text(name));
  return {
    state: oneOf('state', ['standing', 'active', 'cleared']),
    ack: oneOf('ack', ['true', 'false']),
    severity: oneOf('severity', severities),
    place: text('place'),
    rule: text('rule'),
    device: text('device'),
    from: instant('from'),
    to: instant('to'),
  };
}

/** The address with these filters; what else stands in it stays. */
export function addressOf(filters: AlarmFilters, query: LocationQuery): LocationQueryRaw {
  const others = Object.entries(query).filter(([name]) => !names.some((known) => known === name));
  const chosen = names.flatMap((name) => (filters[name] === '' ? [] : [[name, filters[name]] as const]));
  return Object.fromEntries([...others, ...chosen]);
}

/** What the server is asked. */
export function questionOf(filters: AlarmFilters): AlarmQuestion {
  const { ack, device, from, place, rule, severity, state, to } = filters;
  const graveness = severities.find((known) => known === severity);
  return {
    ...(state === '' ? {} : { state }),
    ...(ack === '' ? {} : { ack: ack === 'true' }),
    ...(graveness === undefined ? {} : { severity: graveness }),
    ...(place === '' ? {} : { place }),
    ...(rule === '' ? {} : { rule }),
    ...(device === '' ? {} : { device }),
    ...(from === '' ? {} : { from: new Date(from).toISOString() }),
    ...(to === '' ? {} : { to: new Date(to).toISOString() }),
  };
}

export const countChosen = (filters: AlarmFilters): number =>
  names.filter((name) => filters[name] !== '').length;
