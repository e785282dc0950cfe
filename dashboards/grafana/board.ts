import type { Severity } from '#model/alarm.ts';
import type { LocalText } from '#model/text.ts';

/** Whom a query asks. */
export type Source = 'influxdb' | 'prometheus';

export interface Query {
  readonly source: Source;
  /** InfluxQL, or PromQL. */
  readonly text: string;
  /** What a series is called: `$tag_building` (InfluxDB), `{{thread}}` (Prometheus). */
  readonly name?: string;
}

/** From this value on; colours are those of severities (colours.ts). Below the first there is no colour, and no green. */
export interface Threshold {
  readonly from: number;
  readonly severity: Severity;
}

/** number: the last figure of each series in large; lines, bars: over time; table: a row each. */
export type PanelKind = 'number' | 'lines' | 'bars' | 'table';

export interface Panel {
  readonly title: LocalText;
  /** What it counts, and what it does not. */
  readonly about: LocalText;
  readonly kind: PanelKind;
  readonly queries: readonly Query[];
  /** Grafana's code: `s`, `percent`, `celsius`, `ops`, `bytes`, …; absent: a plain number. */
  readonly unit?: string;
  /** Of 24 columns. */
  readonly width: 4 | 6 | 8 | 12 | 24;
  readonly thresholds?: readonly Threshold[];
  /** A page of the console (`/alarms`); `${__field.labels.device}` and `${__data.fields.device}` are Grafana's. */
  readonly page: string;
  /** Why a community in which all is well may have nothing to show here; absent: an empty panel is a fault. */
  readonly mayBeEmpty?: string;
}

export const filters = ['community', 'grid', 'building', 'device'] as const;
export type Filter = (typeof filters)[number];
/** Alarms and tasks are of a place. */
export const placeFilters: readonly Filter[] = filters.filter((filter) => filter !== 'device');

/** A board of Grafana, in both languages. Its `id` is part of its address there. */
export interface Board {
  readonly id: string;
  readonly title: LocalText;
  /** By what the viewer narrows it down, the widest first. Empty: it is about the platform. */
  readonly filters: readonly Filter[];
  /** How far back it looks at first: `24h`, `7d`. */
  readonly span: string;
  readonly panels: readonly Panel[];
}
