import type { Ingested } from '#ingest/ingested.ts';
import { position } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import { gatewayIngest, message, now } from '#tests/ingest/workbench.ts';
import type { Exposed, ZigbeeDevice } from '#tests/ingest/zigbee/definitions.ts';
import { isCompanion, isOfTheField, meaningOf, type Says } from '#tests/ingest/zigbee/oracle.ts';

/** Something that a device says and that did not become what is meant. */
export interface Miss {
  readonly key: string;
  readonly why: string;
}

interface Judged {
  readonly key: string;
  readonly property: string;
  readonly says: readonly Says[];
}

type State = Readonly<Record<string, unknown>>;
interface Attempt {
  readonly state: State;
  readonly wanted: ReadonlyMap<string, { readonly meant: number | boolean; readonly key: string }>;
}

/** What must not be true when a device says that all is well. */
const alarms = [
  'smoke',
  'gas',
  'co-alarm',
  'water-leak',
  'heat',
  'sos',
  'fall',
  'fall-confirmed',
  'door-forced',
];

/**
 * States of one device through the whole ingest: all that it senses at once, nothing of it, each word by itself, and one of
 * several probes alone; settings and all else stand beside, as they do in Zigbee2MQTT. Empty: all of it is understood.
 */
export function missesOf({ exposes }: ZigbeeDevice): Miss[] {
  const concerned = exposes.filter((exposed) => isOfTheField(exposed) || isCompanion(exposed));
  const judged: Judged[] = [];
  const misses: Miss[] = [];
  for (const exposed of concerned) {
    const meaning = meaningOf(exposed);
    if (meaning.is === 'reading') judged.push({ key: exposed.key, ...meaning });
    if (meaning.is === 'unknown') misses.push({ key: exposed.key, why: meaning.why });
  }
  const rest = noise(exposes, concerned);
  for (const attempt of attemptsOf(judged, rest)) misses.push(...missesIn(attempt));
  const quiet = valuesOf(readOf({ ...rest, ...stateOf(judged, false) }));
  for (const property of alarms)
    if (quiet.get(property) === true) misses.push({ key: property, why: 'an alarm of a state without any' });
  return misses;
}

function attemptsOf(judged: readonly Judged[], rest: State): Attempt[] {
  const all = [true, false].map((isOn) => attempt(judged, { ...rest, ...stateOf(judged, isOn) }));
  const words = judged.flatMap((each) => {
    const siblings = judged.filter(({ property }) => property === each.property).map(({ key }) => key);
    const others = Object.entries({ ...rest, ...stateOf(judged, false) });
    const alone = Object.fromEntries(others.filter(([key]) => !siblings.includes(key)));
    return each.says.map(({ said }) => attempt([each], { ...alone, [each.key]: said }));
  });
  const ones = judged
    .filter(({ property }) => judged.filter((other) => other.property === property).length > 1)
    .filter(
      ({ says }) => says.some(({ meant }) => meant === true) && says.some(({ meant }) => meant === false),
    )
    .map((each) => attempt([each], { ...rest, ...stateOf(judged, false), ...stateOf([each], true) }));
  return [...all, ...words, ...ones];
}

function attempt(judged: readonly Judged[], state: State): Attempt {
  const wanted = new Map<string, { meant: number | boolean; key: string }>();
  for (const { key, property, says } of judged) {
    const meant = says.find(({ said }) => said === state[key])?.meant;
    if (meant !== undefined) wanted.set(property, { meant, key });
  }
  return { state, wanted };
}

/** Each says yes, or its first number; or no, or its last. */
function stateOf(judged: readonly Judged[], isOn: boolean): State {
  return Object.fromEntries(
    judged.flatMap(({ key, says }) => {
      const fitting = says.find(({ meant }) => meant === isOn) ?? (isOn ? says[0] : says.at(-1));
      // A press is over as soon as it was; an empty action stands for it.
      if (key === 'action' && !isOn) return [[key, '']];
      return fitting === undefined ? [] : [[key, fitting.said]];
    }),
  );
}

/** All that is not judged, as it may stand there. */
const noise = (exposes: readonly Exposed[], concerned: readonly Exposed[]): State =>
  Object.fromEntries(
    exposes
      .filter((exposed) => !concerned.includes(exposed))
      .map(({ key, off, type, words }) => [key, type === 'numeric' ? 3 : type === 'binary' ? off : words[0]]),
  );

function missesIn({ state, wanted }: Attempt): Miss[] {
  const got = valuesOf(readOf(state));
  return [...wanted].flatMap(([property, { key, meant }]) => {
    const value = got.get(property);
    if (typeof meant === 'number' ? Math.abs(Number(value ?? Number.NaN) - meant) < 1e-6 : value === meant)
      return [];
    return [{ key, why: value === undefined ? `no ${property}` : `${property} is ${value}, not ${meant}` }];
  });
}

/** A gateway each, so that nothing is remembered. */
function readOf(state: State): Ingested {
  const ingest = gatewayIngest('zigbee2mqtt', 'zigbee2mqtt/#');
  return ingest.take(message(state, { topic: 'zigbee2mqtt/one' }), position(1), now);
}

const valuesOf = ({ observations }: Ingested): ReadonlyMap<string, Value> =>
  new Map(observations.flatMap(({ values }) => [...values]));
