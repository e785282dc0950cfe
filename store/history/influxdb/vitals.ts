import type { InfluxServer } from '#store/history/influxdb/server.ts';

/** Of one shard's cache: what is only in its log yet, and how long ago it began to write its cache into files of data. */
export interface CacheState {
  readonly unwrittenBytes: number;
  readonly ageMs: number;
}

/** What a server tells of itself without being asked as an admin. */
export interface InfluxVitals {
  /** When it was started, as it says; null: it does not say. */
  readonly started: string | null;
  /** Of the database's shards; null: it does not say. */
  readonly caches: readonly CacheState[] | null;
}

export const noVitals: InfluxVitals = { started: null, caches: null };

const startOfProcess = /^process_start_time_seconds ([\d.e+]+)$/m;

/** Asks 1.x at /debug/vars, 2.x at /metrics. Never rejects: what does not answer tells nothing. */
export async function vitalsOf(server: InfluxServer, database: string): Promise<InfluxVitals> {
  const said = variablesIn(await server.get('/debug/vars').catch(() => ''));
  const started = said['system']?.started;
  if (typeof started === 'string')
    return {
      started,
      caches: Object.values(said).flatMap((each) =>
        each?.name === 'tsm1_cache' && each.tags?.['database'] === database ? [cacheOf(each.values)] : [],
      ),
    };
  const process = startOfProcess.exec(await server.get('/metrics').catch(() => ''))?.[1];
  return process === undefined ? noVitals : { started: process, caches: null };
}

interface Variable {
  readonly started?: unknown;
  readonly name?: unknown;
  readonly tags?: Readonly<Record<string, unknown>> | null;
  readonly values?: Readonly<Record<string, unknown>> | null;
}

function variablesIn(text: string): Readonly<Record<string, Variable | null>> {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null ? (said as Record<string, Variable | null>) : {};
  } catch {
    return {};
  }
}

/** What it does not say in numbers counts as not written. */
function cacheOf(values: Variable['values']): CacheState {
  const number = (name: string, otherwise: number): number => {
    const value = values?.[name];
    return typeof value === 'number' ? value : otherwise;
  };
  const snapshotBytes = number('diskBytes', 1);
  return {
    unwrittenBytes: number('memBytes', 1) + snapshotBytes,
    // While a cache is being written its age says when that began, and not that it is done.
    ageMs: snapshotBytes === 0 ? number('cacheAgeMs', Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
  };
}
