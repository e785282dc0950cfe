import { type Static, type TSchema, Type } from 'typebox';
import { DurationText, placeKinds } from '#model/community.ts';
import { LocalText } from '#model/text.ts';

/** The scenario language; docs/simulator.md describes every key. Times are durations from the scenario's beginning. */
const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const words = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));
const RoleName = Type.String({ pattern: '^[a-z][a-z0-9-]*$', title: 'name of a role' });
const Values = Type.Record(Type.String(), Type.Union([Type.Number(), Type.Boolean(), Type.String()]), {
  minProperties: 1,
});

/** A place of a kind: any, or the one around what another role is bound to. */
export const PlaceRole = closed({
  place: words(placeKinds),
  around: Type.Optional(RoleName),
});
export const DeviceRole = closed({
  /** A device kind, several, or `any`. */
  device: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]),
  /** In the place of this role, or below it. */
  in: Type.Optional(RoleName),
  /** At the very place of this role. */
  at: Type.Optional(RoleName),
  /** Speaks through the gateway of this role. */
  via: Type.Optional(RoleName),
  /** Worn or used by the resident of this role. */
  of: Type.Optional(RoleName),
  /** Every device that fits; else one of them. */
  all: Type.Optional(Type.Boolean()),
  optional: Type.Optional(Type.Boolean()),
});
export const ResidentRole = closed({
  resident: words(['any', 'alone'] as const),
  in: RoleName,
  optional: Type.Optional(Type.Boolean()),
});
export const RoleSource = Type.Union([PlaceRole, DeviceRole, ResidentRole]);
export type RoleSource = Static<typeof RoleSource>;
export type DeviceRole = Static<typeof DeviceRole>;
export type PlaceRole = Static<typeof PlaceRole>;
export type ResidentRole = Static<typeof ResidentRole>;

const Ramp = Type.Union([
  /** To a value, or back to `normal`. */
  closed({ to: Type.Union([Type.Number(), Type.Literal('normal')]), over: DurationText }),
  /** By so much above what would be there without the scenario. */
  closed({ by: Type.Number(), over: DurationText }),
]);
export type Ramp = Static<typeof Ramp>;

/** What a resident does meanwhile, whatever the plan of the day says. */
const doings = ['home', 'away', 'asleep', 'lying'] as const;

const begin = { at: DurationText, until: Type.Optional(DurationText) };
export const DeviceStep = closed({
  ...begin,
  device: RoleName,
  /** Holds from `at` to `until`. */
  set: Type.Optional(Values),
  ramp: Type.Optional(Type.Record(Type.String(), Ramp, { minProperties: 1 })),
  /** While a ramp runs, the device reports this often. */
  every: Type.Optional(DurationText),
  /** Said once; nothing is held. */
  say: Type.Optional(Values),
  /** `set` and `say` again. */
  repeat: Type.Optional(closed({ every: DurationText, times: Type.Integer({ minimum: 2, maximum: 1000 }) })),
  silence: Type.Optional(Type.Literal(true)),
  /** Said at the status topic, as a last will is. */
  status: Type.Optional(words(['online', 'offline'] as const)),
});
export type DeviceStep = Static<typeof DeviceStep>;
export const ResidentStep = closed({ ...begin, resident: RoleName, is: words(doings) });
export type ResidentStep = Static<typeof ResidentStep>;
/** Water runs in a home, litres a minute: every meter of it sees it. */
export const WaterStep = closed({
  ...begin,
  home: RoleName,
  water: Type.Number({ exclusiveMinimum: 0, maximum: 100 }),
});
export type WaterStep = Static<typeof WaterStep>;
export const Step = Type.Union([DeviceStep, ResidentStep, WaterStep]);
export type Step = Static<typeof Step>;

const expectedAlarm = {
  rule: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
  at: DurationText,
  /** So much sooner or later. Default 5s. */
  within: Type.Optional(DurationText),
  /** False: an alarm without a task. */
  task: Type.Optional(Type.Boolean()),
};
export const Expectation = Type.Union([
  /** The alarm's key: each device of this role. */
  closed({ ...expectedAlarm, device: RoleName }),
  /** The alarm's key: the resident of this role. */
  closed({ ...expectedAlarm, resident: RoleName }),
  /** The devices of this role are silent: the library's rules of silence say so, each when its `expect-every` is over. */
  closed({ silent: RoleName }),
]);
export type Expectation = Static<typeof Expectation>;

export const ScenarioSource = closed({
  scenario: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }),
  name: Type.Optional(LocalText),
  about: Type.Optional(Type.String()),
  lasts: DurationText,
  /** Local time of day at which it may begin when no time is given, `08:00-20:00`. */
  hours: Type.Optional(Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d$' })),
  roles: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]*$' }), RoleSource, { minProperties: 1 }),
  timeline: Type.Array(Step, { minItems: 1 }),
  expect: Type.Array(Expectation),
});
export type ScenarioSource = Static<typeof ScenarioSource>;

/** A scenario that was checked: every role is there, every property is known, every time is a time. */
export interface Scenario {
  readonly id: string;
  readonly source: ScenarioSource;
  readonly lastsMs: number;
}

export const isDeviceStep = (step: Step): step is DeviceStep => 'device' in step;
export const isResidentStep = (step: Step): step is ResidentStep => 'resident' in step;
export const isPlaceRole = (role: RoleSource): role is PlaceRole => 'place' in role;
export const isDeviceRole = (role: RoleSource): role is DeviceRole => 'device' in role;
