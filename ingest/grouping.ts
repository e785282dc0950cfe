import type { Stage } from '#ingest/stage.ts';
import type { Said, Work } from '#ingest/work.ts';
import type { EpochMs } from '#model/brand.ts';
import { flag, type Observation, type Value } from '#model/reading.ts';

interface Group {
  readonly at: EpochMs;
  flags: number;
  hasKnown: boolean;
  readonly values: Map<string, Value>;
  /** Who said what, by property; of dialects whose messages name their sources. */
  sources: Map<string, string> | undefined;
}

/** Puts values of one time together, in order of time. */
export const grouped: Stage = (work) => {
  const groups = new Map<EpochMs, Group>();
  for (const said of work.said) {
    const { at } = said.moment;
    if (said.refusal !== undefined || said.isRepeat || said.value === undefined || at === undefined) continue;
    let group = groups.get(at);
    if (group === undefined) {
      group = { at, flags: 0, hasKnown: false, values: new Map(), sources: undefined };
      groups.set(at, group);
    }
    put(said, said.value, group);
  }
  for (const group of groups.values()) work.observations.push(observation(group, work));
  if (groups.size > 1) work.observations.sort((a, b) => a.at - b.at);
  return true;
};

/** Same property and time with another value: the last wins, unless two sources of the message are meant. */
function put(said: Said, value: Value, group: Group): void {
  if (said.source !== '') {
    group.sources ??= new Map();
    const before = group.sources.get(said.property);
    if (before !== undefined && before !== said.source) {
      said.refusal = 'unknown-device';
      said.detail = `${said.property}: the message names two sources for it; each needs to be a device of its own`;
      return;
    }
    group.sources.set(said.property, said.source);
  }
  group.values.set(said.property, value);
  group.flags |= said.moment.flags | (said.moment.isPast ? flag.past : 0);
  if (said.definition !== undefined) group.hasKnown = true;
}

function observation(group: Group, work: Work): Observation {
  let flags = group.flags;
  if (work.record.state) flags |= flag.state;
  if (work.isReplay) flags |= flag.replayed;
  if (!group.hasKnown) flags |= flag.unknownProperty;
  return {
    device: work.device,
    at: group.at,
    receivedAt: work.receivedAt,
    flags,
    position: work.position,
    values: group.values,
  };
}
