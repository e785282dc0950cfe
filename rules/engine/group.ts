import { type Alarm, isMoreSevere, type Severity } from '#model/alarm.ts';
import { type AlarmId, epochMs, position, type RuleId } from '#model/brand.ts';
import { alarmId } from '#rules/engine/alarm-id.ts';
import type { Sink } from '#rules/engine/sink.ts';
import type { SeverityChange, Voice } from '#rules/engine/voice.ts';

/** One alarm of one device, below that of the key. */
interface Part {
  readonly id: AlarmId;
  readonly severity: Severity;
  readonly startedAt: number;
  /** Null: it stands. */
  readonly clearedAt: number | null;
}

/** The alarm of a key that stands, or one that is over and that late readings may still touch. */
interface Whole {
  readonly id: AlarmId;
  readonly severity: Severity;
  readonly clearedAt: number | null;
  readonly parts: readonly Part[];
}

export type GroupSnapshot = readonly Whole[];

interface GroupParts {
  /** Names it in the snapshot. */
  readonly name: string;
  readonly rule: RuleId;
  readonly key: string;
  /** Whom its alarms are told to. */
  readonly out: Voice;
  readonly snapshot: GroupSnapshot;
  /** To be called before it changes. */
  readonly changing: (group: Group) => void;
}

/** Over wholes are kept for as long as late readings may come. */
const keptMs = 24 * 3_600_000;

/** Events of a key that many devices have: the newest of them may still be taken back. */
const mostWholes = 1_000;

const isStanding = ({ clearedAt }: { readonly clearedAt: number | null }): boolean => clearedAt === null;
const isRecent = ({ clearedAt }: { readonly clearedAt: number | null }, now: number): boolean =>
  (clearedAt ?? now) > now - keptMs;
/** Those that a late reading may still touch, and the one that began it. */
const recent = (parts: readonly Part[], now: number): readonly Part[] =>
  parts.filter((part, index) => index === 0 || isStanding(part) || isRecent(part, now));
const worst = (parts: readonly Part[], least: Severity): Severity =>
  parts.reduce((found, { severity }) => (isMoreSevere(severity, found) ? severity : found), least);

/**
 * One alarm for several devices (`key` wider than a device): it stands while that of any of them does, as severe as the
 * most severe.
 */
export class Group implements Voice {
  readonly name: string;
  readonly key: string;
  readonly #rule: RuleId;
  readonly #out: Voice;
  readonly #changing: (group: Group) => void;
  #all: readonly Whole[];
  #position = -1;
  #ordinal = 0;

  /** It changed since it was last written. */
  isDirty = false;

  constructor({ changing, key, name, out, rule, snapshot }: GroupParts) {
    this.name = name;
    this.key = key;
    this.#rule = rule;
    this.#out = out;
    this.#changing = changing;
    this.#all = snapshot;
  }

  get #wholes(): readonly Whole[] {
    return this.#all;
  }
  set #wholes(wholes: readonly Whole[]) {
    this.#changing(this);
    this.#all = wholes;
    this.isDirty = true;
  }

  get isStanding(): boolean {
    return this.#all.some(isStanding);
  }
  get isEmpty(): boolean {
    return this.#wholes.length === 0;
  }
  toJson(): GroupSnapshot {
    return this.#wholes;
  }

  raised(alarm: Alarm, until: number | null, sink: Sink): void {
    const { id, severity, startedAt } = alarm;
    if (alarm.state === 'cleared') {
      this.#begin(alarm, { id, severity, startedAt, clearedAt: startedAt }, { until: null, sink });
      return;
    }
    const part: Part = { id, severity, startedAt, clearedAt: null };
    const whole = this.#standingAt(until) ?? this.#around(startedAt, until);
    if (whole) {
      const parts = [...recent(whole.parts, startedAt), part];
      this.#put(whole, { ...whole, parts });
      if (isStanding(whole))
        this.#grade({ ...whole, parts }, { at: startedAt, evidence: alarm.evidence }, sink);
      return;
    }
    this.#begin(alarm, part, { until, sink });
  }

  severity(alarm: AlarmId, change: SeverityChange, sink: Sink): void {
    this.#update(alarm, (part) => ({ ...part, severity: change.severity }));
    const whole = this.#of(alarm);
    if (whole && isStanding(whole)) this.#grade(whole, change, sink);
  }

  cleared(alarm: AlarmId, at: number, sink: Sink): void {
    this.#update(alarm, (part) => ({ ...part, clearedAt: at }));
    const whole = this.#of(alarm);
    if (!whole || !isStanding(whole)) return;
    if (whole.parts.some(isStanding)) {
      this.#grade(whole, { at, evidence: [] }, sink);
      return;
    }
    const clearedAt = Math.max(...whole.parts.map((part) => part.clearedAt ?? at));
    this.#put(whole, { ...whole, clearedAt });
    this.#out.cleared(whole.id, clearedAt, sink);
  }

  /** Its clearing was told before. */
  revised(alarm: AlarmId, at: number, sink: Sink): void {
    const whole = this.#of(alarm);
    if (!whole) return;
    const parts = whole.parts.filter(({ id }) => id !== alarm);
    if (parts.length > 0) {
      this.#put(whole, { ...whole, parts });
      return;
    }
    this.#wholes = this.#wholes.filter(({ id }) => id !== whole.id);
    this.#out.revised(whole.id, at, sink);
  }

  /** Nobody speaks of it any more. */
  end(): void {
    this.#wholes = [];
  }

  /** The clock was set back: nothing began or ended later than `at`. */
  setBack(at: number): void {
    const back = (time: number | null): number | null => (time === null ? null : Math.min(time, at));
    this.#wholes = this.#wholes.map((whole) => ({
      ...whole,
      clearedAt: back(whole.clearedAt),
      parts: whole.parts.map((part) => ({
        ...part,
        startedAt: Math.min(part.startedAt, at),
        clearedAt: back(part.clearedAt),
      })),
    }));
  }

  /** An event is over as it begins, and may be taken back all the same. */
  #begin(alarm: Alarm, part: Part, { until, sink }: { until: number | null; sink: Sink }): void {
    const own = this.#own(alarm, sink.position);
    this.#forget(part.startedAt);
    const { severity, clearedAt } = part;
    this.#wholes = [...this.#wholes, { id: own.id, severity, clearedAt, parts: [part] }];
    this.#out.raised(own, until, sink);
  }

  /** The one that stands, unless what a late reading brought to light was over before it began. */
  #standingAt(until: number | null): Whole | undefined {
    const whole = this.#wholes.find(isStanding);
    if (!whole || until === null) return whole;
    return whole.parts.some(({ startedAt }) => startedAt <= until) ? whole : undefined;
  }

  /** What a late reading brought to light, and what is over again, may lie inside of an alarm that is over. */
  #around(from: number, until: number | null): Whole | undefined {
    if (until === null) return undefined;
    return this.#wholes.find(
      ({ clearedAt, parts }) =>
        clearedAt !== null && until <= clearedAt && parts.some(({ startedAt }) => startedAt <= from),
    );
  }

  /** The most severe of those that stand counts. */
  #grade(whole: Whole, change: Omit<SeverityChange, 'severity'>, sink: Sink): void {
    const severity = worst(whole.parts.filter(isStanding), 'warning');
    if (severity === whole.severity) return;
    this.#put(whole, { ...whole, severity });
    this.#out.severity(whole.id, { ...change, severity }, sink);
  }

  #own(alarm: Alarm, at: number): Alarm {
    this.#ordinal = at === this.#position ? this.#ordinal + 1 : 0;
    this.#position = at;
    return {
      ...alarm,
      id: alarmId(this.#rule, this.key, at, this.#ordinal),
      key: this.key,
      startedAt: epochMs(alarm.startedAt),
      position: position(at),
    };
  }

  #of(alarm: AlarmId): Whole | undefined {
    return this.#wholes.find(({ parts }) => parts.some(({ id }) => id === alarm));
  }
  #put(old: Whole, next: Whole): void {
    this.#wholes = this.#wholes.map((whole) => (whole.id === old.id ? next : whole));
  }
  #update(alarm: AlarmId, change: (part: Part) => Part): void {
    const whole = this.#of(alarm);
    if (!whole) return;
    this.#put(whole, {
      ...whole,
      parts: whole.parts.map((part) => (part.id === alarm ? change(part) : part)),
    });
  }
  #forget(now: number): void {
    this.#wholes = this.#wholes
      .filter((whole) => isStanding(whole) || isRecent(whole, now))
      .filter((whole, index, { length }) => isStanding(whole) || index > length - mostWholes);
  }
}
