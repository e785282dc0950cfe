import { type Static, type TSchema, Type } from 'typebox';
import type { CommunityId, DeviceId, PersonId, PlaceId, ResidentId } from '#model/brand.ts';
import { Category } from '#model/category.ts';
import { Mapping, MappingIdSchema, mostMappings } from '#model/mapping.ts';
import { roles } from '#model/role.ts';
import { localTextOf } from '#model/text.ts';

/**
 * The resources of a community as Gridbell holds them: camelCase, ids branded. The community file (docs/contract.md)
 * is the same with kebab-case keys; model/casing.ts turns one into the other.
 */
const ownId = (title: string) => ({ pattern: '^[A-Za-z0-9_-]{1,64}$', title });
export const CommunityIdSchema = Type.Unsafe<CommunityId>(Type.String(ownId('community id')));
export const PlaceIdSchema = Type.Unsafe<PlaceId>(Type.String(ownId('place id')));
export const PersonIdSchema = Type.Unsafe<PersonId>(Type.String(ownId('person id')));
export const ResidentIdSchema = Type.Unsafe<ResidentId>(Type.String(ownId('resident id')));
export const DeviceIdSchema = Type.Unsafe<DeviceId>(Type.String(ownId('device id')));

const union = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));
const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
/** A name may be a bare string in a file; it is kept as it was written, so that export gives it back. */
const Name = Type.Union([Type.String({ maxLength: 200 }), localTextOf(200)]);
/** A short word that people choose: a tag, a skill, a name of a dialect. */
const Word = Type.String({ maxLength: 100 });
const Words = Type.Array(Word, { maxItems: 100 });
const Phone = Type.String({ maxLength: 100 });
/** Entries of no shape of ours, in all of at most so many characters as JSON. */
const mostFreeCharacters = 16 * 1024;
const freeList = (maxItems: number) =>
  Type.Refine(
    Type.Array(Type.Record(Type.String(), Type.Unknown(), { maxProperties: 100 }), { maxItems }),
    (entries) => JSON.stringify(entries).length <= mostFreeCharacters,
    () => `must not have more than ${mostFreeCharacters} characters as JSON`,
  );
/** A list of a community file: more than a city has. */
const most = { maxItems: 100_000 } as const;
/** A duration as text: `24h`. */
export const DurationText = Type.String({
  pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$',
  maxLength: 24,
  title: 'duration such as 90s, 2m, 24h',
});

export const placeKinds = [
  'district',
  'street',
  'community',
  'grid',
  'building',
  'unit',
  'room',
  'area',
] as const;
export type PlaceKind = (typeof placeKinds)[number];

/** `08:30-12:00,14:00-17:30` */
const span = '([01]\\d|2[0-3]):[0-5]\\d-(([01]\\d|2[0-3]):[0-5]\\d|24:00)';
const WorkingHoursText = Type.Refine(
  Type.String({ pattern: `^${span}(,${span}){0,7}$`, maxLength: 100 }),
  (text) => {
    const times = text.split(/[-,]/);
    return times.every((time, index) => index === 0 || time > (times[index - 1] ?? ''));
  },
  () => 'must be spans in their order, such as 08:30-12:00,14:00-17:30',
);

export const Community = closed({
  id: CommunityIdSchema,
  name: Type.Optional(Name),
  /** IANA zone; default Asia/Shanghai. */
  timezone: Type.Optional(Type.String({ maxLength: 100 })),
  /** Of a working day, for limits in working hours and days; default 08:30-12:00,14:00-17:30. */
  workingHours: Type.Optional(WorkingHoursText),
  /** A small place: who handled a task may verify it, in every category that does not say otherwise; the history says so. */
  selfVerify: Type.Optional(Type.Boolean()),
});
export type Community = Static<typeof Community>;

/** IANA zone of a community, also of one that is not known yet. */
export const timezoneOf = (community: Pick<Community, 'timezone'> | undefined): string =>
  community?.timezone ?? 'Asia/Shanghai';

/** The hours of a working day in a community. */
export const workingHoursOf = (community: Pick<Community, 'workingHours'> | undefined): string =>
  community?.workingHours ?? '08:30-12:00,14:00-17:30';

export const Place = closed({
  id: PlaceIdSchema,
  kind: union(placeKinds),
  name: Type.Optional(Name),
  /** A place, or the community's own id. */
  parent: PlaceIdSchema,
  tags: Type.Optional(Words),
});
export type Place = Static<typeof Place>;

/** Where somebody can be reached besides the phone; `wecom`, `dingtalk`, `feishu`: their id there, for mentions in groups. */
const Addresses = closed({
  email: Type.Optional(Type.String({ format: 'email', maxLength: 254 })),
  wecom: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  dingtalk: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  feishu: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
});

export const Person = closed({
  id: PersonIdSchema,
  name: Type.Optional(Name),
  role: union(roles),
  /** Where the person works; everything below counts as well. */
  places: Type.Array(PlaceIdSchema, { maxItems: 1_000 }),
  phone: Type.Optional(Phone),
  addresses: Type.Optional(Addresses),
  skills: Type.Optional(Words),
});
export type Person = Static<typeof Person>;

export const Resident = closed({
  id: ResidentIdSchema,
  place: PlaceIdSchema,
  name: Type.Optional(Name),
  birthYear: Type.Optional(Type.Integer({ minimum: 1890, maximum: 2100 })),
  livesAlone: Type.Optional(Type.Boolean()),
  phone: Type.Optional(Phone),
  contacts: Type.Optional(freeList(100)),
  consents: Type.Optional(freeList(1_000)),
  /** Per property: `{ low?, high? }`, over the rule library's defaults. */
  limits: Type.Optional(
    Type.Record(
      Type.String(),
      closed({ low: Type.Optional(Type.Number()), high: Type.Optional(Type.Number()) }),
      { maxProperties: 100 },
    ),
  ),
});
export type Resident = Static<typeof Resident>;

/** `mon-sun`, `mon-fri,sun`, `sat`. */
const DaysText = Type.String({
  maxLength: 100,
  pattern:
    '^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?(,(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?)*$',
});
/** `08:00`; the end of a shift may be `24:00`. A shift whose `to` is not after its `from` runs into the next day. */
const ClockText = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$', maxLength: 5 });

export const Shift = closed({ days: DaysText, from: ClockText, to: ClockText, person: PersonIdSchema });
export type Shift = Static<typeof Shift>;

export const Roster = closed({
  place: PlaceIdSchema,
  role: union(roles),
  shifts: Type.Array(Shift, { maxItems: 1_000 }),
});
export type Roster = Static<typeof Roster>;
/** A roster has no id of its own: place and role name it. */
export const rosterId = (roster: Pick<Roster, 'place' | 'role'>): string => `${roster.place}.${roster.role}`;

/** What a message does not say and its dialect has to know. */
export const DialectOptions = closed({
  /** Hikvision: how many more the codes of door and lock events are than those of the table (docs/dialects.md). */
  codeShift: Type.Optional(Type.Integer({ minimum: -16, maximum: 16 })),
});
export type DialectOptions = Static<typeof DialectOptions>;
/** ISO 8601 with zone. */
const Moment = Type.String({ format: 'date-time', maxLength: 64 });
const Serial = Type.String({ minLength: 1, maxLength: 128 });
const Model = Type.String({ minLength: 1, maxLength: 200 });
/** The longest name that a gateway may have for a device that it carries. */
export const longestAddress = 128;
const Address = Type.String({ minLength: 1, maxLength: longestAddress });
/** Whether it may be the name that a gateway has for what it carries. */
export const isAddress = (name: string): boolean =>
  name.length > 0 && name.length <= longestAddress && name.isWellFormed();
/** The oldest are forgotten beyond. */
export const mostFormerAddresses = 20;

export const Device = closed({
  id: DeviceIdSchema,
  /** An open list; those that the contract names are in model/device-kinds.json. */
  kind: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
  name: Type.Optional(Name),
  place: PlaceIdSchema,
  resident: Type.Optional(ResidentIdSchema),
  /** Of a gateway: how what it carries is read. */
  dialect: Type.Optional(Word),
  /** Of a gateway with the dialect custom: the mapping that says how its messages are read. */
  mapping: Type.Optional(MappingIdSchema),
  /** Of a gateway: the MQTT filter of what it may publish. */
  topic: Type.Optional(Type.String({ maxLength: 1_000 })),
  /** Of a gateway: what its dialect has to know of it. */
  options: Type.Optional(DialectOptions),
  /** Of a device that speaks through a gateway: who carries it, and by which name. */
  gateway: Type.Optional(DeviceIdSchema),
  address: Type.Optional(Address),
  /** Names that its gateway had for it before, oldest first: a file that was written then means it. */
  formerAddresses: Type.Optional(Type.Array(Address, { maxItems: mostFormerAddresses })),
  /** Its own cadence: silent when longer than this. */
  expectEvery: Type.Optional(DurationText),
  tags: Type.Optional(Words),
  /** What stands on the thing itself, as its maker numbers it. */
  serial: Type.Optional(Serial),
  /** Make and model, as its gateway tells. */
  model: Type.Optional(Model),
  /** A gateway brought it and nobody has said where it is: its place is the gateway's. */
  unclaimed: Type.Optional(Type.Literal(true)),
  /** While it is unclaimed: who says of what kind it is, and by which properties. */
  guess: Type.Optional(closed({ from: union(['gateway', 'properties', 'nothing']), because: Words })),
  /** When its gateway told of it first. */
  firstHeard: Type.Optional(Moment),
  /** So long it brings no task but for a matter of life (model/probation.ts). */
  probationUntil: Type.Optional(Moment),
  /** Since then it is out of use: no rule, no silence; what it says is passed over. */
  retired: Type.Optional(Moment),
  /** The things that did its work before it, oldest first. */
  former: Type.Optional(
    Type.Array(
      closed({
        until: Moment,
        /** Who replaced it. */
        by: Type.String({ maxLength: 200 }),
        reason: Type.Optional(Type.String({ maxLength: 500 })),
        serial: Type.Optional(Serial),
        model: Type.Optional(Model),
        gateway: Type.Optional(DeviceIdSchema),
        address: Type.Optional(Address),
      }),
      { maxItems: 100 },
    ),
  ),
});
export type Device = Static<typeof Device>;
/** What Gridbell itself writes of a device: no other change of it says so. */
export const deviceFieldsOfOurs = [
  'unclaimed',
  'guess',
  'firstHeard',
  'probationUntil',
  'retired',
  'former',
  'formerAddresses',
] as const satisfies readonly (keyof Device)[];

export const modeNames = ['maintenance', 'drill', 'away', 'hospital'] as const;
/** A mode of a place or a resident, until a time or until it is taken back. */
export const Mode = closed({
  /** A place id or a resident id. */
  target: Type.String({ maxLength: 64 }),
  mode: union(modeNames),
  /** ISO 8601 with zone; absent: until it is deleted. */
  until: Type.Optional(Type.String({ format: 'date-time', maxLength: 64 })),
  reason: Type.Optional(Type.String({ maxLength: 500 })),
});
export type Mode = Static<typeof Mode>;
/** A mode has no id of its own: target and mode name it. */
export const modeId = (mode: Pick<Mode, 'target' | 'mode'>): string => `${mode.target} ${mode.mode}`;

/** A community file after model/casing.ts: what `/import` takes. Secrets (`password`, `token`) are only ever in here. */
export const CommunityFile = closed({
  community: Community,
  places: Type.Optional(Type.Array(Place, most)),
  people: Type.Optional(
    Type.Array(
      Type.Object(
        {
          ...Person.properties,
          account: Type.Optional(
            closed({ password: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })) }),
          ),
        },
        { additionalProperties: false },
      ),
      most,
    ),
  ),
  residents: Type.Optional(Type.Array(Resident, most)),
  rosters: Type.Optional(Type.Array(Roster, most)),
  categories: Type.Optional(Type.Array(Category, { maxItems: 1_000 })),
  mappings: Type.Optional(Type.Array(Mapping, { maxItems: mostMappings })),
  devices: Type.Optional(
    Type.Array(
      Type.Object(
        { ...Device.properties, token: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })) },
        { additionalProperties: false },
      ),
      most,
    ),
  ),
});
export type CommunityFile = Static<typeof CommunityFile>;
