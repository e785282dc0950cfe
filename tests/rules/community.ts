import type { Alarm, AlarmTransition } from '#model/alarm.ts';
import { type DeviceId, epochMs, position, type RuleId } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';
import { Configuration } from '#model/configuration.ts';
import type { Observation, Value } from '#model/reading.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import type { TraceEntry } from '#rules/engine/trace.ts';

/** 2026-01-01T12:00 in Shanghai, as in rule tests. */
export const start = Date.parse('2026-01-01T12:00:00+08:00');

export type Source = Record<string, unknown>;

const put = (resource: string, body: Source & { id: string }): ResourceChange =>
  ({ op: 'put', resource, id: body.id, body }) as unknown as ResourceChange;

/** A building with a unit and a flat, a resident, and the devices that are given (`id`, `kind`, …). */
export function community(devices: readonly Source[]): Configuration {
  const configuration = new Configuration();
  configuration.apply(put('community', { id: 'lianfang-1', timezone: 'Asia/Shanghai' }));
  const places = [
    { id: 'g1', kind: 'grid', parent: 'lianfang-1' },
    { id: 'b3', kind: 'building', parent: 'g1' },
    { id: 'b3-u1', kind: 'unit', parent: 'b3' },
    { id: 'b3-0502', kind: 'room', parent: 'b3-u1' },
  ];
  for (const place of places) configuration.apply(put('place', place));
  configuration.apply(
    put('resident', { id: 'r-0502', place: 'b3-0502', birthYear: 1941, livesAlone: true, limits: {} }),
  );
  for (const device of devices) configuration.apply(put('device', { id: '', place: 'b3-0502', ...device }));
  return configuration;
}

export interface Said {
  readonly at: number;
  readonly values: Record<string, Value>;
  readonly device?: string;
  readonly flags?: number;
}

/** An engine with its own small world: times in seconds from `start`, one inbox record for each call. */
export class World {
  engine: RuleEngine;
  readonly configuration: Configuration;
  readonly transitions: AlarmTransition[] = [];
  position = 0;
  readonly kept = new Map<string, string>();

  constructor(configuration: Configuration, rules: readonly Source[]) {
    this.configuration = configuration;
    this.engine = new RuleEngine({ configuration });
    this.use(rules);
  }

  use(rules: readonly Source[], version = 1): void {
    this.#keep(this.engine.setRules(rules.map((source) => ({ id: String(source['id']), version, source }))));
  }

  /** What would be written of its memory now is kept. */
  save(): this {
    for (const [key, state] of this.engine.takeDirty()) {
      if (state === null) this.kept.delete(key);
      else this.kept.set(key, state);
    }
    return this;
  }

  /** Another engine goes on from what was saved last. */
  restart(rules: readonly Source[], version = 1): this {
    this.engine = new RuleEngine({ configuration: this.configuration });
    this.engine.restore(this.kept);
    this.use(rules, version);
    return this;
  }

  /** A device speaks; time has passed to that moment unless it is late. */
  say(
    seconds: number,
    values: Record<string, Value>,
    rest: { device?: string; flags?: number; arrives?: number } = {},
  ): this {
    this.position++;
    const arrives = start + (rest.arrives ?? seconds) * 1000;
    this.#keep(this.engine.advance(epochMs(arrives), position(this.position)));
    this.#keep(
      this.engine.observe({
        ...observation({ at: seconds, values, ...rest }, this.position),
        receivedAt: epochMs(arrives),
      }),
    );
    return this;
  }

  /** Nothing but time until then. */
  pass(seconds: number): this {
    this.position++;
    this.#keep(this.engine.advance(epochMs(start + seconds * 1000), position(this.position)));
    return this;
  }

  mode(target: string, mode: string, on = true): this {
    const body = { id: `${target}.${mode}`, target, mode };
    const change = on ? put('mode', body) : { op: 'delete', resource: 'mode', id: body.id };
    this.configuration.apply(change as ResourceChange);
    this.#keep(this.engine.configurationChanged());
    return this;
  }

  change(resource: string, body: Source & { id: string }): this {
    this.configuration.apply(put(resource, body));
    this.#keep(this.engine.configurationChanged());
    return this;
  }

  remove(resource: string, id: string): this {
    this.configuration.apply({ op: 'delete', resource, id } as ResourceChange);
    this.#keep(this.engine.configurationChanged());
    return this;
  }

  /** `raised smoke-alarm 60`, `cleared smoke-alarm 210` …, in the order in which they were told. */
  get story(): readonly string[] {
    const rules = new Map(this.alarms.map((alarm) => [alarm.id, alarm.rule]));
    return this.transitions.map((transition) => {
      if (transition.type === 'verify')
        return `verify ${transition.rule} ${(transition.at - start) / 1000} ${transition.severity}`;
      const rule = transition.type === 'raised' ? transition.alarm.rule : rules.get(transition.alarm);
      const detail = transition.type === 'severity' ? ` ${transition.severity}` : '';
      return `${transition.type} ${rule} ${(transition.at - start) / 1000}${detail}`;
    });
  }

  get alarms(): readonly Alarm[] {
    return this.transitions.flatMap((transition) => (transition.type === 'raised' ? [transition.alarm] : []));
  }

  trace(rule: string, device: string): readonly TraceEntry[] {
    return this.engine.trace(rule as RuleId, device as DeviceId);
  }
  /** The last outcome and its reason. */
  lastOutcome(rule: string, device: string): string {
    const last = this.trace(rule, device).at(-1);
    return `${last?.outcome}: ${last?.reason}`;
  }

  #keep(transitions: readonly AlarmTransition[]): void {
    this.transitions.push(...transitions);
  }
}

export function observation({ at, values, device = 'd1', flags = 0 }: Said, record: number): Observation {
  return {
    device: device as DeviceId,
    at: epochMs(start + at * 1000),
    receivedAt: epochMs(start + at * 1000),
    flags,
    position: position(record),
    values: new Map(Object.entries(values)),
  };
}

/** A rule with what every rule needs; `more` is as in a file. */
export const rule = (more: Source): Source => ({
  id: 'r1',
  category: 'facilities',
  severity: 'major',
  property: 'temperature',
  ...more,
});
