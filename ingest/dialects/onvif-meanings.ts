import { wordAsBoolean } from '#ingest/dialects/words.ts';
import { kebab } from '#ingest/names.ts';

/** What an event comes to. */
export interface Finding {
  readonly key: string;
  readonly value: unknown;
  readonly unit?: string;
  readonly onlyOf?: string;
}

export interface OnvifEvent {
  /** Without name space and source: `RuleEngine/LineDetector/Crossed`. */
  readonly topic: string;
  readonly data: ReadonlyMap<string, string | number | boolean>;
  /** What was seen, where it is told. */
  readonly objectClass: string | undefined;
}

type Meaning = (event: OnvifEvent) => readonly Finding[];

/** The findings of an event, in no order; none: it says nothing that is kept. */
export function findingsOf(event: OnvifEvent): readonly Finding[] {
  for (const [topic, meaning] of byTopic) if (topic.test(event.topic)) return meaning(event);
  return ofItems(event);
}

const nothing: Meaning = () => [];

/** `true`, `"true"`, `"1"`, `active`. */
function yesOrNo(value: string | number | boolean | undefined): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === undefined) return undefined;
  return wordAsBoolean(String(value));
}

/** The first of these items that says yes or no. */
function stateOf({ data }: OnvifEvent, ...items: readonly string[]): boolean | undefined {
  for (const item of items) {
    const state = yesOrNo(data.get(item));
    if (state !== undefined) return state;
  }
  return undefined;
}

const stateAs =
  (key: string, ...items: readonly string[]): Meaning =>
  (event) => {
    const value = stateOf(event, ...items);
    return value === undefined ? [] : [{ key, value }];
  };

/** Something moves; while it does, it is this. */
const movingAs =
  (className: string | undefined, ...items: readonly string[]): Meaning =>
  (event) => {
    const value = stateOf(event, ...items, 'State');
    if (value === undefined) return [];
    const seen = event.objectClass ?? className;
    return [{ key: 'motion', value }, ...(value && seen !== undefined ? [classOf(seen)] : [])];
  };

const classOf = (value: string): Finding => ({ key: 'object-class', value });
const classSeen = ({ objectClass }: OnvifEvent): readonly Finding[] =>
  objectClass === undefined ? [] : [classOf(objectClass)];

/** It has no state: each one is told when it happens. */
const crossed: Meaning = (event) => {
  const value = stateOf(event, 'IsLineCross', 'State') ?? true;
  return [{ key: 'line-crossed', value }, ...(value ? classSeen(event) : [])];
};

const inside: Meaning = (event) => {
  const value = stateOf(event, 'IsInside', 'State');
  if (value === undefined) return [];
  return [
    { key: 'motion', value },
    { key: 'lane-blocked', value, onlyOf: 'fire-lane-camera' },
    ...(value ? classSeen(event) : []),
  ];
};

const counted: Meaning = ({ data, objectClass, topic }) => {
  const value = data.get('Count');
  if (value === undefined) return [];
  // How many went over a line since it was set to zero is not how many there are.
  if (!/occupan/i.test(topic)) return [{ key: 'crossing-count', value: Number(value) }];
  return [{ key: 'object-count', value }, ...(objectClass === undefined ? [] : [classOf(objectClass)])];
};

/** Which classes are in sight; none of them: nothing is there. */
const objectsSeen: Meaning = (event) => classSeen(event);

/** Kelvin (Core Specification, sensor events). */
const temperature: Meaning = ({ data }) =>
  data.has('Value') ? [{ key: 'temperature', value: Number(data.get('Value')), unit: 'K' }] : [];
const humidity: Meaning = ({ data }) =>
  data.has('Value') ? [{ key: 'humidity', value: Number(data.get('Value')), unit: '%' }] : [];

/** A word of a state machine. */
const wordAs =
  (meanings: Readonly<Record<string, readonly Finding[]>>): Meaning =>
  ({ data }) =>
    meanings[String(data.get('State') ?? '').toLowerCase()] ?? [];

const said = (key: string, value: boolean): Finding => ({ key, value });

/** A credential is a pseudonym by the time it is kept. The name of its holder is not read. */
const access =
  (value: 'granted' | 'denied'): Meaning =>
  ({ data }) => {
    const token = data.get('CredentialToken');
    return [
      { key: 'access-result', value },
      ...(token === undefined || token === '' ? [] : [{ key: 'credential', value: String(token) }]),
    ];
  };

/** Service specifications of ONVIF, and how Tapo, Reolink, Hikvision and Dahua name theirs; the first that fits. */
const byTopic: readonly (readonly [topic: RegExp, meaning: Meaning])[] = [
  // Whose plate or face it is.
  [/Recognition|LicensePlate|Anpr|FaceRecogn|FaceMatch/i, nothing],
  [/^AccessControl\/AccessGranted\//, access('granted')],
  [/^AccessControl\/(Denied|AccessDenied)\b/, access('denied')],
  // Somebody opens under threat.
  [/^AccessControl\/Duress/, () => [said('sos', true)]],
  [
    /^Door\/State\/DoorPhysicalState/,
    wordAs({
      open: [said('door-open', true)],
      closed: [said('door-open', false)],
      fault: [said('fault', true)],
    }),
  ],
  [
    /^Door\/State\/(DoorLockPhysicalState|LockPhysicalState)/,
    wordAs({
      locked: [said('locked', true)],
      unlocked: [said('locked', false)],
      fault: [said('fault', true)],
    }),
  ],
  [
    /^Door\/State\/DoorAlarm/,
    wordAs({
      normal: [said('door-forced', false)],
      doorforcedopen: [said('door-forced', true), said('door-open', true)],
      dooropentoolong: [said('door-open', true)],
    }),
  ],
  [
    /^Door\/State\/DoorTamper/,
    wordAs({ notintamper: [said('tamper', false)], tamperdetected: [said('tamper', true)] }),
  ],
  [
    /^Door\/State\/DoorFault/,
    wordAs({ notinfault: [said('fault', false)], faultdetected: [said('fault', true)] }),
  ],
  [/^Door\//, nothing],
  [/^AccessControl\/|^AccessPoint\//, nothing],
  [/^Device\/Trigger\/.*Relay/, nothing],
  [/^Device\/Trigger\//, stateAs('input-active', 'LogicalState', 'State')],
  [/^Device\/HardwareFailure\//, stateAs('fault', 'Failed', 'Failure', 'Critical', 'State')],
  [/^Device\/Sensor\/Temperature\//, temperature],
  [/^Device\/Sensor\/RelativeHumidity\//, humidity],
  [/^(Device|Monitoring|RecordingConfig|Media|Configuration|UserAlarm\/Login|Recording)\b/, nothing],
  [/^VideoSource\/(SignalLoss|ConnectionFailed|VideoLoss)/, stateAs('video-lost', 'State', 'Failed')],
  [/GlobalSceneChange|Tamper/i, stateAs('tamper', 'IsTamper', 'State')],
  [/LineDetector|LineCross/, crossed],
  [/FieldDetector/, inside],
  [/Intrusion/i, stateAs('intrusion', 'IsIntrusion', 'State')],
  [/CountAggregation|Counter/, counted],
  [/ObjectDetection/, objectsSeen],
  // Somebody rings.
  [/Visitor/, nothing],
  [/Package/, movingAs('package')],
  [/DogCat|Pet/i, movingAs('animal', 'IsPet')],
  [/Vehicle/i, movingAs('vehicle', 'IsVehicle')],
  [/People|Human|Person|FaceDetect/i, movingAs('person', 'IsPeople', 'IsHuman')],
  [/Motion/i, movingAs(undefined, 'IsMotion')],
];

const byItem: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['IsPeople', movingAs('person', 'IsPeople')],
  ['IsVehicle', movingAs('vehicle', 'IsVehicle')],
  ['IsPet', movingAs('animal', 'IsPet')],
  ['IsMotion', movingAs(undefined, 'IsMotion')],
  ['IsInside', inside],
  ['IsLineCross', crossed],
  ['IsTamper', stateAs('tamper', 'IsTamper')],
  ['IsIntrusion', stateAs('intrusion', 'IsIntrusion')],
]);

/** Of a topic that nobody knows: by its items; a yes or no of another name is kept under that. */
function ofItems(event: OnvifEvent): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [item, value] of event.data) {
    const known = byItem.get(item);
    if (known !== undefined) findings.push(...known(event));
    else if (known === undefined && isState(value))
      findings.push({ key: nameOf(item, event), value: yesOrNo(value) });
  }
  return findings;
}

const isState = (value: string | number | boolean): boolean =>
  value === true || value === false || value === 'true' || value === 'false';

/** `IsSoundDetected` is `sound-detected`; a bare `State` is that of its topic. */
function nameOf(item: string, { topic }: OnvifEvent): string {
  const name = item === 'State' ? (topic.split('/').at(-1) ?? item) : item;
  return kebab(name.replace(/^\w+:/, '').replace(/^Is(?=\p{Lu})/u, ''));
}
