import type { World as SimWorld, TimeRange } from '#device-sim/message.ts';
import { Ingest } from '#ingest/ingest.ts';
import type { Alarm, AlarmTransition } from '#model/alarm.ts';
import { type EpochMs, epochMs, position } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';
import type { CommunityFile } from '#model/community.ts';
import { Configuration } from '#model/configuration.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Observation } from '#model/reading.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import { loadLibrary } from '#rules/library/load.ts';

/** What became of a world's messages on the data clock: decoded by ingest, judged by the rule library. */
export interface Outcome {
  readonly messages: number;
  readonly alarms: readonly Alarm[];
  readonly quarantined: readonly Quarantined[];
  readonly receivedLate: number;
}

/** Decodes and judges what a world says, as the engine does on the data clock. */
export function played(
  world: SimWorld,
  range: TimeRange,
  look: (observation: Observation) => void = () => {},
): Outcome {
  const configuration = configurationOf(world.community);
  const ingest = new Ingest({ configuration, clock: 'data', pseudonymKey: new Uint8Array(32).fill(7) });
  const engine = new RuleEngine({ configuration });
  const transitions: AlarmTransition[] = [];
  const keep = (more: readonly AlarmTransition[]) => transitions.push(...more);
  keep(engine.setRules(loadLibrary().map(({ id, source }) => ({ id, version: 1, source }))));
  const quarantined: Quarantined[] = [];
  let record = 0;
  let now: EpochMs = range.from;
  const base = `gridbell/${world.community.community.id}/`;
  for (const { messages } of world.seconds(range))
    for (const { at, device, topic, payload } of messages) {
      record += 1;
      const ingested = ingest.take(
        {
          type: 'message',
          at,
          sender: device as never,
          client: device,
          topic: `${base}${device}/${topic}`,
          payload: Buffer.from(payload),
          qos: 1,
          dup: false,
          retain: false,
          messageId: 0,
          state: false,
        },
        position(record),
        now,
      );
      quarantined.push(...ingested.quarantined);
      for (const observation of ingested.observations) {
        now = epochMs(Math.max(now, observation.at));
        keep(engine.advance(now, position(record)));
        look(observation);
        keep(engine.observe({ ...observation, receivedAt: now }));
      }
      for (const { device, online } of ingested.presence) {
        const values = new Map([['online', online]]);
        keep(
          engine.observe({ device, at: now, receivedAt: now, flags: 0, position: position(record), values }),
        );
      }
    }
  engine.downtime(now, range.to);
  keep(engine.advance(range.to, position(record + 1)));
  const alarms = transitions.flatMap((one) => (one.type === 'raised' ? [one.alarm] : []));
  return {
    messages: record,
    alarms,
    quarantined,
    receivedLate: alarms.filter((alarm) => alarm.receivedLate).length,
  };
}

export function configurationOf(file: CommunityFile): Configuration {
  const configuration = new Configuration();
  const put = (resource: string, body: { readonly id?: string }): void =>
    configuration.apply({ op: 'put', resource, id: body.id, body } as unknown as ResourceChange);
  put('community', file.community);
  for (const place of file.places ?? []) put('place', place);
  for (const resident of file.residents ?? []) put('resident', resident);
  for (const device of file.devices ?? []) put('device', device);
  return configuration;
}

/** Alarms that were not announced, and announcements that did not come: both empty when all is well. */
export function compared(world: SimWorld, { from, to }: TimeRange, alarms: readonly Alarm[]) {
  const text = (rule: string, key: string, at: number) => `${rule} ${key} ${new Date(at).toISOString()}`;
  const left = [...alarms];
  const missing: string[] = [];
  for (const expected of world.expected) {
    if (expected.from < from || expected.to >= to) continue;
    const index = left.findIndex(
      ({ rule, key, startedAt }) =>
        rule === expected.rule &&
        key === expected.key &&
        startedAt >= expected.from &&
        startedAt <= expected.to,
    );
    if (index < 0) missing.push(text(expected.rule, expected.key, expected.from));
    else left.splice(index, 1);
  }
  return { missing, unannounced: left.map(({ rule, key, startedAt }) => text(rule, key, startedAt)) };
}
