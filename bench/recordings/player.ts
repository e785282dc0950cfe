import type { AlarmTransition } from '#model/alarm.ts';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { ResourceChange } from '#model/command.ts';
import { Configuration } from '#model/configuration.ts';
import type { Value } from '#model/reading.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import type { StoredRule } from '#rules/engine/rule-set.ts';
import type { Played, Recording, Said, ToldAlarm } from './recording.ts';

/** Noon on a Monday where the community lies. */
const firstNoon = Date.parse('2026-01-05T12:00:00+08:00');
const dayMs = 86_400_000;

/**
 * Plays recordings to the rules engine itself, one after the other: no broker and no stores, on the recording's own time. Each
 * is a flat of its own with one resident; it begins at noon of a day of its own.
 */
export class Player {
  readonly #configuration = new Configuration();
  readonly #engine: RuleEngine;
  #noon = firstNoon;
  #position = 0;

  constructor(rules: readonly StoredRule[]) {
    this.#put('community', { id: 'recorded', timezone: 'Asia/Shanghai' });
    this.#put('place', { id: 'grid', kind: 'grid', parent: 'recorded' });
    this.#put('place', { id: 'building', kind: 'building', parent: 'grid' });
    this.#engine = new RuleEngine({ configuration: this.#configuration });
    this.#engine.setRules(rules);
    const broken = this.#engine.status().filter(({ valid }) => !valid);
    if (broken.length > 0) throw new Error(`rules do not load: ${broken.map(({ id }) => id).join(', ')}`);
  }

  play(recording: Recording): Played {
    this.#put('place', { id: 'flat', kind: 'room', parent: 'building' });
    this.#put('resident', { id: 'resident', place: 'flat', limits: recording.limits ?? {} });
    for (const { id, kind, room = 'flat', tags = [] } of recording.devices) {
      this.#put('place', { id: room, kind: 'room', parent: 'building' });
      this.#put('device', { id, kind, tags, place: room, resident: 'resident' });
    }
    this.#engine.configurationChanged();
    const heard = new Heard(this.#noon);
    let refused = 0;
    for (const said of recording.said) {
      const values = allowed(said.values);
      refused += Object.keys(said.values).length - values.size;
      if (values.size > 0) heard.take(this.#observe(said, values));
    }
    const alarms = heard.alarms;
    this.#leave(recording);
    return { recording, alarms, deviceMs: listenedMs(recording), refused };
  }

  #observe({ device, at }: Said, values: ReadonlyMap<string, Value>): readonly AlarmTransition[] {
    const time = epochMs(this.#noon + at);
    const record = position(++this.#position);
    const due = this.#engine.advance(time, record);
    const told = this.#engine.observe({
      device: device as DeviceId,
      at: time,
      receivedAt: time,
      flags: 0,
      position: record,
      values,
    });
    return due.length === 0 ? told : [...due, ...told];
  }

  /** What comes after the last reading is no part of the recording: its devices go, and with them their alarms. */
  #leave({ devices, said }: Recording): void {
    for (const { id } of devices)
      this.#configuration.apply({ op: 'delete', resource: 'device', id } as ResourceChange);
    this.#engine.configurationChanged();
    this.#noon += (1 + Math.ceil((said.at(-1)?.at ?? 0) / dayMs)) * dayMs;
  }

  #put(resource: string, body: { readonly id: string; readonly [key: string]: unknown }): void {
    this.#configuration.apply({ op: 'put', resource, id: body.id, body } as unknown as ResourceChange);
  }
}

/** Alarms as they become known. */
class Heard {
  readonly #alarms = new Map<string, ToldAlarm>();
  readonly #zero: number;

  constructor(zero: number) {
    this.#zero = zero;
  }

  get alarms(): readonly ToldAlarm[] {
    return [...this.#alarms.values()];
  }

  take(transitions: readonly AlarmTransition[]): void {
    for (const transition of transitions) {
      const at = transition.at - this.#zero;
      if (transition.type === 'raised') {
        const { clearedAt, device, id, rule, severity } = transition.alarm;
        const to = clearedAt === undefined ? null : clearedAt - this.#zero;
        this.#alarms.set(id, { rule, device, from: at, to, levels: [{ severity, at }] });
        continue;
      }
      const alarm = transition.type === 'verify' ? undefined : this.#alarms.get(transition.alarm);
      if (!alarm || transition.type === 'verify') continue;
      if (transition.type === 'severity')
        this.#alarms.set(transition.alarm, {
          ...alarm,
          levels: [...alarm.levels, { severity: transition.severity, at }],
        });
      else if (transition.type === 'cleared') this.#alarms.set(transition.alarm, { ...alarm, to: at });
      else throw new Error(`nothing comes late in a recording, yet ${alarm.rule} was revised`);
    }
  }
}

/** Without what ingest would have refused: numbers beyond the catalogue's range. */
function allowed(values: Said['values']): ReadonlyMap<string, Value> {
  return new Map(
    Object.entries(values).filter(([property, value]) => {
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } =
        propertyCatalogue.get(property) ?? {};
      return typeof value !== 'number' || (value >= min && value <= max);
    }),
  );
}

function listenedMs({ devices, said }: Recording): number {
  const [first] = said;
  const last = said.at(-1);
  return first && last ? devices.length * (last.at - first.at) : 0;
}
