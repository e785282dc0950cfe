import { existsSync } from 'node:fs';
import type { Config } from '#app/config.ts';
import { isDirectoryInUse, type Keys, pathsIn, readKeys } from '#app/directory.ts';
import { examineInbox, type InboxExamination } from '#broker/inbox/examination.ts';
import type { EpochMs } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import { examineHistory, type HistoryExamination } from '#store/history/duckdb/examination.ts';
import { OpsExamination, OpsStoreOlder } from '#store/ops/examination.ts';

/** Something that was opened, why it cannot be, or null: it is not there. `isOlder`: the next start will mend it. */
export type Opened<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string; readonly isOlder: boolean }
  | null;

/** Asks the running platform over its socket. */
export type Ask = (path: string) => Promise<{ readonly status: number; readonly body: unknown }>;

/** What the checks look at. Everything is opened once, for looking only. */
export interface Patient {
  /** null: the settings are not valid; `mistakes` says why, and the checks that need them are left out. */
  readonly config: Config | null;
  readonly mistakes: string | null;
  readonly dataDir: string;
  readonly paths: ReturnType<typeof pathsIn>;
  /** null: no platform answers. */
  readonly ask: Ask | null;
  /** A process has the directory open, whether it answers or not; null: that cannot be told. */
  readonly isInUse: boolean | null;
  /** Reads whole files where a look would do. */
  readonly deep: boolean;
  readonly now: EpochMs;
  readonly keys: Opened<Keys>;
  readonly ops: Opened<OpsExamination>;
  readonly inbox: Opened<InboxExamination>;
  /** Only while nobody has the directory open: a platform has the file for itself. */
  readonly history: Opened<HistoryExamination>;
}

export interface PatientParts {
  readonly config: Config | null;
  readonly mistakes: string | null;
  readonly dataDir: string;
  readonly ask: Ask | null;
  readonly deep: boolean;
  readonly now: EpochMs;
}

/** Dispose to close what was opened. */
export async function admit(parts: PatientParts): Promise<Patient & Disposable> {
  const paths = pathsIn(parts.dataDir);
  const isInUse = parts.ask !== null || isDirectoryInUse(parts.dataDir);
  const keys = openIfThere(paths.keys, () => readKeys(paths.keys));
  const ops = openIfThere(paths.ops, () => OpsExamination.open(paths.ops));
  const key = keys?.ok ? keys.value.inbox : null;
  const inbox = openIfThere(paths.inbox, () =>
    examineInbox({ directory: paths.inbox, key, deep: parts.deep }),
  );
  const isEmbedded = parts.config?.history.kind !== 'influxdb';
  const history =
    !isInUse && isEmbedded && existsSync(paths.history) ? await openHistory(paths.history, parts.deep) : null;
  return {
    ...parts,
    paths,
    isInUse,
    keys,
    ops,
    inbox,
    history,
    [Symbol.dispose]: () => {
      if (ops?.ok) ops.value[Symbol.dispose]();
    },
  };
}

function openIfThere<T>(path: string, open: () => T): Opened<T> {
  if (!existsSync(path)) return null;
  try {
    return { ok: true, value: open() };
  } catch (error) {
    return refused(error);
  }
}

async function openHistory(path: string, deep: boolean): Promise<Opened<HistoryExamination>> {
  try {
    return { ok: true, value: await examineHistory(path, deep) };
  } catch (error) {
    return refused(error);
  }
}

const refused = (error: unknown): { ok: false; error: string; isOlder: boolean } => ({
  ok: false,
  error: messageOf(error),
  isOlder: error instanceof OpsStoreOlder,
});
