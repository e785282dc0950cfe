import type { Sight } from '#app/lookout/lookout.ts';
import type { EngineStats, OpenFailures } from '#app/threads/protocol.ts';
import { minute } from '#model/brand.ts';
import { type ClockKind, iso } from '#model/clock.ts';

export interface Check {
  readonly ok: boolean;
  readonly detail: string;
}

export interface Health {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, Check>>;
}

/** What the last look gave; `sight` is null before the first. */
export interface Vitals {
  readonly listening: boolean;
  readonly clock: ClockKind;
  /** By the machine's clock. */
  readonly nowMs: number;
  readonly sight: Sight | null;
}

/** Records that the engine may be behind before operators hear of it: some seconds at full load. */
const maxEngineLag = 50_000;
/** How long readings may wait for history: people see them later, alarms are not concerned. */
const maxHistoryLagMs = 5 * minute;
/** Tries of history that failed, one after the other, before it is no passing trouble. */
const maxHistoryFailures = 3;
/** A thread that is silent for longer is stuck. */
const maxSilentMs = 5_000;
/** As far as the engine lets a clock jitter (architecture.md, Time). */
const maxClockBehindMs = 5 * minute;

const ok = (detail: string): Check => ({ ok: true, detail });
const bad = (detail: string): Check => ({ ok: false, detail });

/** Whether Gridbell does its work, check by check; each that is not ok says why and what to do. */
export function judgeHealth(vitals: Vitals): Health {
  const { sight } = vitals;
  const checks: Record<string, Check> = {
    broker: vitals.listening ? ok('takes connections') : bad('does not listen yet, or not any more'),
    inbox: inboxCheck(sight),
    engine: engineCheck(sight),
    history: historyCheck(sight),
    threads: threadsCheck(sight),
    clock: clockCheck(vitals),
  };
  return { ready: Object.values(checks).every((check) => check.ok), checks };
}

function inboxCheck(sight: Sight | null): Check {
  const broker = sight?.broker.last;
  if (!broker) return bad('not looked at yet: wait a second');
  const { isHeldBack, reason, state } = broker.inbox.room;
  if (state === 'none')
    return bad(`${reason}. Nothing is acknowledged until it can; make room on the disk, or check it`);
  if (isHeldBack)
    return bad(`${reason}. The rest waits at the devices until history takes readings over: see history`);
  if (state === 'tight')
    return bad(`${reason}. The rest waits; make room on the disk, and all goes on by itself`);
  return ok(`on disk up to record ${broker.inboxPosition}`);
}

function engineCheck(sight: Sight | null): Check {
  const engine = sight?.engine.last;
  if (!sight || !engine || sight.engine.silentMs > maxSilentMs)
    return bad(
      'does not answer: it is starting, or stuck at a record. If it stays so, see the log and restart',
    );
  if (engine.blocked !== null) return bad(`cannot go on: ${engine.blocked}. Tried again every second`);
  const failed = failuresSaid(engine.openFailures);
  if (failed.length > 0) return bad(failed.join('; '));
  return lagCheck(engine, sight.broker.last?.inboxPosition ?? engine.committed);
}

/** What of it is open, and how it is closed. */
function failuresSaid({ damaged, inQuarantine, lost }: OpenFailures): readonly string[] {
  return [
    ...(inQuarantine === 0
      ? []
      : [
          `failed at ${inQuarantine} messages that are in quarantine (reason fault): report it, and replay them after the update, or discard them`,
        ]),
    ...(lost === 0
      ? []
      : [`failed at ${lost} records of its own since the start (see the log): report it, then restart`]),
    ...(damaged === 0
      ? []
      : [
          `${damaged} damaged parts of the inbox were set aside: check the disk, then move inbox/damaged away`,
        ]),
  ];
}

function lagCheck({ committed, rules }: EngineStats, inboxPosition: number): Check {
  // The engine may have answered after the inbox.
  const lag = Math.max(0, inboxPosition - committed);
  if (lag > maxEngineLag) return bad(`is ${lag} records behind: more comes in than this machine can take`);
  const broken = rules.broken === 0 ? '' : `; ${rules.broken} rules do not load: GET /rules says why`;
  return ok(`${lag} records behind${broken}`);
}

function historyCheck(sight: Sight | null): Check {
  const history = sight?.history.last?.takeOver;
  if (!sight?.queue || !history)
    return bad('not looked at yet, or the ops store cannot be read: see the log');
  const { lagRecords, oldestMs } = sight.queue;
  const outbox = sight.engine.last?.outbox;
  const share = outbox ? `, ${((outbox.bytes / outbox.mostBytes) * 100).toFixed(1)} % of history-outbox` : '';
  const waits = `readings wait since ${Math.round(oldestMs / 1_000)} s (${lagRecords} records${share}), safe in the ops store; alarms are not concerned`;
  if (history.waiting !== null) return bad(`${history.waiting}. ${waits}`);
  if (history.failure !== null && history.failuresInARow >= maxHistoryFailures)
    return bad(`cannot take readings over: ${history.failure}. ${waits}. Tried again every 2 s`);
  if (oldestMs > maxHistoryLagMs)
    return bad(history.isPaused ? `is paused; ${waits}` : `is behind: ${waits}. Is the disk slow or full?`);
  if (history.isPaused) return ok(`is paused; ${waits}`);
  return ok(`${lagRecords === 0 ? 'has all readings' : waits}${wentBackSaid(sight)}`);
}

function wentBackSaid(sight: Sight): string {
  const wentBack = sight.history.last?.handover?.wentBack;
  if (!wentBack) return '';
  const { again, at, lost } = wentBack;
  const rest = lost === 0 ? '' : `; those of ${lost} records were not kept: put back a backup of InfluxDB`;
  return `; at ${iso(at)} InfluxDB had lost readings that it had acknowledged: ${again} were written again${rest}`;
}

function threadsCheck(sight: Sight | null): Check {
  const stuck = (['broker', 'engine', 'history'] as const).flatMap((thread) => {
    const silentMs = sight?.[thread].silentMs ?? 0;
    return silentMs > maxSilentMs ? [`${thread} (for ${Math.round(silentMs / 1_000)} s)`] : [];
  });
  return stuck.length === 0
    ? ok('all answer')
    : bad(`no answer from ${stuck.join(', ')}: stuck, or the machine is overloaded. If it stays so, restart`);
}

/** The data clock has no relation to the machine's. */
function clockCheck({ clock, nowMs, sight }: Vitals): Check {
  if (clock === 'data') return ok('that of the data');
  const engineNow = sight?.engine.last?.now ?? null;
  const behindMs = engineNow === null ? 0 : engineNow - nowMs;
  const steps = sight?.broker.last?.clockSteps ?? 0;
  if (behindMs > maxClockBehindMs)
    return bad(
      `the machine's clock is ${Math.round(behindMs / minute)} min behind the newest record: set it right, and let the system keep it so (NTP)`,
    );
  return ok(
    steps === 0
      ? 'steady'
      : `was set ${steps} times by more than 2 s since the start: let the system keep it right (NTP)`,
  );
}
