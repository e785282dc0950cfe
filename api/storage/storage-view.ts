import { type Static, Type } from 'typebox';
import type { HistoryCare } from '#api/ports.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { daysUntilFull, grownIn } from '#api/storage/forecast.ts';
import { day, type EpochMs } from '#model/brand.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import { iso } from '#model/clock.ts';
import { keepingOf, type Retention, sensitivities } from '#model/retention.ts';
import type { Holding, Holdings } from '#store/history/history.ts';

const counted = {
  readings: Type.Number(),
  recent: Type.Number({ description: 'Of the last seven days' }),
  rollups: Type.Number(),
  bytes: nullable(
    Type.Number({ description: 'About: by its part of the readings; null where the engine does not say' }),
  ),
  oldest: nullable(Instant),
  oldestRollup: nullable(Instant),
};

export const StorageSchema = Type.Object(
  {
    engine: oneOf(['duckdb', 'influxdb']),
    at: Instant,
    classes: Type.Array(Type.Object({ class: oneOf(sensitivities), ...counted })),
    properties: Type.Array(Type.Object({ property: Type.String(), class: oneOf(sensitivities), ...counted })),
    freeInFiles: nullable(Type.Number({ description: 'Bytes that compacting would give back' })),
    disk: nullable(
      Type.Object({
        freeBytes: Type.Number(),
        totalBytes: Type.Number(),
        reserveBytes: Type.Number({ description: 'Below it history takes nothing over' }),
      }),
    ),
    growth: Type.Object({
      readingsADay: Type.Number({ description: 'On average of the last seven days' }),
      bytesADay: nullable(Type.Number()),
      bytesInAYear: nullable(
        Type.Number({
          description: 'All of it a year from now, when it goes on so and what is older than it is kept goes',
        }),
      ),
      fullInDays: nullable(
        Type.Number({
          description: 'When it goes on so and what is older than it is kept goes; null: never, or not known',
        }),
      ),
    }),
    behind: nullable(
      Type.Object(
        { records: Type.Integer(), oldestMs: Type.Number() },
        { description: 'What waits for history' },
      ),
    ),
    outbox: nullable(
      Type.Object(
        {
          waitingBytes: Type.Integer(),
          keptBytes: Type.Integer({
            description: 'Of what InfluxDB acknowledged, kept until it is surely on its disk',
          }),
          mostBytes: Type.Integer({ description: 'From here on only what is vital comes in' }),
        },
        { description: 'What of readings is in the ops store' },
      ),
    ),
    wentBack: nullable(
      Type.Object(
        {
          at: Instant,
          again: Type.Integer({ description: 'Readings that were written again' }),
          lost: Type.Integer({ description: 'Records whose readings were not kept any more' }),
        },
        { description: 'The last time that InfluxDB had less than it had acknowledged' },
      ),
    ),
    rejected: Type.Integer({ description: 'Readings that it could never store, since the start' }),
    trouble: nullable(Type.String({ description: 'Why it takes nothing over' })),
    lastRetention: nullable(
      Type.Object({
        at: Instant,
        removed: Type.Array(
          Type.Object({ property: Type.String(), readings: Type.Number(), rollups: Type.Number() }),
        ),
      }),
    ),
    grafana: nullable(Type.String({ description: 'Where the boards are (`grafana-url`)' })),
  },
  { title: 'Storage' },
);
export type StorageView = Static<typeof StorageSchema>;

export interface Counted extends Holdings {
  /** When it was counted. */
  readonly at: EpochMs;
  /** Of all files; 0: the engine does not say. */
  readonly bytes: number;
}

/** What of late means. */
export const recentDays = 7;
const yearDays = 365;

export function storageView(
  { at, bytes, freeBytes, properties }: Counted,
  { care, grafanaUrl, retention }: { care: HistoryCare; grafanaUrl: string | null; retention: Retention },
): StorageView {
  const all = sum(properties, ({ readings }) => readings);
  const bytesAReading = bytes === 0 || all === 0 ? null : (bytes - (freeBytes ?? 0)) / all;
  const days = daysCounted(properties, at);
  const view = (some: readonly Holding[]) => {
    const readings = sum(some, (each) => each.readings);
    return {
      readings,
      recent: sum(some, ({ recent }) => recent),
      rollups: sum(some, ({ rollups }) => rollups),
      bytes: bytesAReading === null ? null : Math.round(readings * bytesAReading),
      oldest: isoOf(leastOf(some.map(({ oldest }) => oldest))),
      oldestRollup: isoOf(leastOf(some.map(({ oldestRollup }) => oldestRollup))),
    };
  };
  const growing = properties.map(({ oldest, property, recent }) => ({
    bytesADay: (recent / days) * (bytesAReading ?? 0),
    oldest,
    keptMs: keepingOf(retention, property).readingsMs,
  }));
  const readingsADay = sum(properties, ({ recent }) => recent) / days;
  const { disk, engine } = care;
  const room = disk === null ? null : disk.freeBytes + (freeBytes ?? 0) - disk.reserveBytes;
  return {
    engine,
    at: iso(at),
    classes: sensitivities.flatMap((name) => {
      const own = properties.filter(({ property }) => classOf(property) === name);
      return own.length === 0 ? [] : [{ class: name, ...view(own) }];
    }),
    properties: properties
      .toSorted((a, b) => b.readings - a.readings || a.property.localeCompare(b.property))
      .map((each) => ({ property: each.property, class: classOf(each.property), ...view([each]) })),
    freeInFiles: freeBytes,
    disk,
    growth: {
      readingsADay,
      bytesADay: bytesAReading === null ? null : readingsADay * bytesAReading,
      bytesInAYear:
        bytesAReading === null ? null : Math.round(all * bytesAReading + grownIn(growing, yearDays, at)),
      fullInDays: room === null || bytesAReading === null ? null : daysUntilFull(growing, room, at),
    },
    behind: care.behind,
    outbox: care.outbox,
    wentBack: care.wentBack && {
      at: iso(care.wentBack.at),
      again: care.wentBack.again,
      lost: care.wentBack.lost,
    },
    rejected: care.rejected,
    trouble: care.trouble,
    lastRetention:
      care.lastRetention === null
        ? null
        : {
            at: iso(care.lastRetention.at),
            removed: care.lastRetention.removed.map(({ property, readings, rollups }) => ({
              property,
              readings,
              rollups,
            })),
          },
    grafana: grafanaUrl,
  };
}

/** As they are kept: what nobody defined is kept as health is. */
const classOf = (property: string) => propertyCatalogue.get(property)?.sensitivity ?? 'health';

/** Of the last seven days, those of which there can be any: a community may be younger. */
function daysCounted(properties: readonly Holding[], at: EpochMs): number {
  const oldest = leastOf(properties.map((each) => each.oldest));
  return oldest === null ? 1 : Math.min(recentDays, Math.max(1, (at - oldest) / day));
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

const leastOf = (times: readonly (EpochMs | null)[]): EpochMs | null =>
  times.reduce((least, at) => (at !== null && (least === null || at < least) ? at : least), null);

const isoOf = (at: EpochMs | null): string | null => (at === null ? null : iso(at));
