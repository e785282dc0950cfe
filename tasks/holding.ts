import type { Alarm, Hold, ToVerify } from '#model/alarm.ts';
import { type EpochMs, epochMs, plus } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { holdOf, probationEnd, probationMs } from '#model/probation.ts';
import type { TaskStore, Timer } from '#tasks/ports.ts';

type Held = Pick<Alarm | ToVerify, 'device' | 'key' | 'lifeSafety'> & Pick<Alarm, 'posted'>;

interface Waiting {
  readonly alarms: readonly Alarm[];
  readonly reports: readonly ToVerify[];
}

/**
 * Keeps alarms of devices on probation from people's work until it ends. What waits is a timer each, so that a restart loses none.
 */
export class Holding {
  readonly #store: Pick<TaskStore, 'alarm' | 'putTimer' | 'deleteTimer' | 'allTimers'>;
  readonly #configuration: Configuration;

  constructor(parts: { readonly store: TaskStore; readonly configuration: Configuration }) {
    this.#store = parts.store;
    this.#configuration = parts.configuration;
  }

  /**
   * Why the alarm brings no task now; null: it does. A matter of life is never held back, nor what somebody said and no rule, nor an alarm
   * of several devices together, behind which others may stand.
   */
  why({ device, key, lifeSafety, posted }: Held, now: EpochMs): Hold | null {
    if (lifeSafety || posted !== undefined) return null;
    if (key !== String(device) && !key.startsWith(`${device}/`)) return null;
    const known = this.#configuration.device(device);
    return known === undefined ? null : holdOf(known, now);
  }

  /** Looks at it again when the probation of its device ends; of one that nobody has claimed, each day. */
  wait(alarm: Alarm, now: EpochMs): void {
    this.#store.putTimer({ id: timerOf(alarm), due: this.#dueOf(alarm, now), kind: 'held', ref: alarm.id });
  }

  #dueOf({ device: id }: Pick<Held, 'device'>, now: EpochMs): EpochMs {
    const device = this.#configuration.device(id);
    const end = device && holdOf(device, now) === 'probation' ? probationEnd(device) : null;
    return end ?? plus(now, probationMs);
  }

  /** The same of what is to be verified: of one rule and key the newest word waits. */
  waitToVerify(report: ToVerify, now: EpochMs): void {
    const id = `held-state:${report.rule} ${report.key}`;
    this.#store.putTimer({
      id,
      due: this.#dueOf(report, now),
      kind: 'held-state',
      ref: JSON.stringify(report),
    });
  }

  /** The alarm is over: there is nothing to bring to anybody. */
  forget(alarm: Alarm): void {
    if (alarm.held !== undefined) this.#store.deleteTimer(timerOf(alarm));
  }

  /** What waits of these devices; of what is to be verified nothing waits any more. */
  of(devices: ReadonlySet<string>): Waiting {
    const alarms: Alarm[] = [];
    const reports: ToVerify[] = [];
    for (const timer of this.#store.allTimers()) {
      if (timer.kind === 'held') {
        const alarm = this.#store.alarm(timer.ref as Alarm['id']);
        if (alarm && devices.has(alarm.device)) alarms.push(alarm);
      } else if (timer.kind === 'held-state') {
        const report = reportIn(timer);
        if (!devices.has(report.device)) continue;
        this.#store.deleteTimer(timer.id);
        reports.push(report);
      }
    }
    return { alarms, reports };
  }

  /** The clock was set back to `to`: none waits longer from there than probation lasts. */
  cut(timer: Timer, to: EpochMs): void {
    const latest = plus(to, probationMs);
    if (timer.due > latest) this.#store.putTimer({ ...timer, due: epochMs(latest) });
  }
}

/** Our own writing. */
export const reportIn = ({ ref }: Pick<Timer, 'ref'>): ToVerify => JSON.parse(ref) as ToVerify;

const timerOf = ({ id }: Pick<Alarm, 'id'>): string => `held:${id}`;
