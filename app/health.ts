import type { EngineStats } from '#app/threads/protocol.ts';

export interface Check {
  readonly ok: boolean;
  readonly detail: string;
}

export interface Health {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, Check>>;
}

/** What the last look at the threads gave. */
export interface Vitals {
  readonly listening: boolean;
  /** The last appends reached the disk; null: yes. */
  readonly inboxFailure: string | null;
  readonly inboxPosition: number;
  readonly engine: EngineStats | null;
  readonly historyPosition: number | null;
  readonly historyBacklog: number;
}

/** Records that the engine may be behind before operators hear of it: some seconds at full load. */
const maxEngineLag = 50_000;
/** Batches, of 100 ms each under load: five minutes. */
const maxHistoryBacklog = 3_000;

/** Whether Gridbell does its work, check by check; each that is not ok says what to do. */
export function judgeHealth(vitals: Vitals): Health {
  const { engine } = vitals;
  const lag = engine ? vitals.inboxPosition - engine.committed : 0;
  const checks: Record<string, Check> = {
    broker: vitals.listening
      ? { ok: true, detail: 'takes connections' }
      : { ok: false, detail: 'does not listen yet, or not any more' },
    inbox:
      vitals.inboxFailure === null
        ? { ok: true, detail: `on disk up to record ${vitals.inboxPosition}` }
        : {
            ok: false,
            detail: `cannot write: ${vitals.inboxFailure}. Nothing is acknowledged until it can; make room on the disk`,
          },
    engine: engineCheck(engine, lag),
    history: {
      ok: vitals.historyBacklog <= maxHistoryBacklog,
      detail: `${vitals.historyBacklog} batches wait to be taken over`,
    },
  };
  return { ready: Object.values(checks).every(({ ok }) => ok), checks };
}

function engineCheck(engine: EngineStats | null, lag: number): Check {
  if (!engine)
    return {
      ok: false,
      detail:
        'does not answer: it is starting, or stuck at a record. If it stays so, see the log and restart',
    };
  if (engine.blocked !== null) {
    return {
      ok: false,
      detail: `cannot go on: ${engine.blocked}. Tried again every second`,
    };
  }
  if (engine.failures > 0) {
    return {
      ok: false,
      detail: `failed at ${engine.failures} records since the start (see the log and the quarantine): report it`,
    };
  }
  if (lag < 0)
    return { ok: false, detail: `is at record ${engine.committed}, beyond the inbox: was the inbox lost?` };
  if (lag > maxEngineLag)
    return { ok: false, detail: `is ${lag} records behind: more comes in than this machine can take` };
  return { ok: true, detail: `${lag} records behind` };
}
