import { Carried } from '#ingest/carried.ts';
import type { Description } from '#ingest/descriptions.ts';
import type { DeviceMemory } from '#ingest/device-memory.ts';
import type {
  About,
  Dialect,
  Draft,
  GivenTime,
  MessageDraft,
  MomentMore,
  RefusedPart,
  SaidMore,
} from '#ingest/dialects/dialect.ts';
import { Heard } from '#ingest/heard.ts';
import type { ClockSaid, CommandReply, PresenceSaid } from '#ingest/ingested.ts';
import type { Route } from '#ingest/topics.ts';
import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import type { PropertyDefinition } from '#model/catalogue.ts';
import type { Device } from '#model/community.ts';
import { isNestedTooDeep } from '#model/json-nesting.ts';
import type { Quarantined, QuarantineReason } from '#model/quarantine.ts';
import type { Observation, Value } from '#model/reading.ts';
import type { MessageRecord } from '#model/record.ts';

/** A moment of which the message speaks; `at`, `flags` and `problem` are set by ingest/times.ts. */
export interface Moment {
  readonly given: GivenTime;
  /** The device says of itself that this is over: history, and no alarm. */
  readonly isPast: boolean;
  at: EpochMs | undefined;
  flags: number;
  /** Why the given time is no time. */
  problem: string | undefined;
  /** The same at the time of receipt, for properties of which nothing as old is kept. */
  replaced: Moment | undefined;
}

/** One value on its way through the stages. */
export interface Said {
  moment: Moment;
  readonly key: string;
  /** As the message has it, in the catalogue's unit after ingest/units.ts. */
  given: unknown;
  readonly unit: string | undefined;
  readonly source: string;
  readonly isSum: boolean;
  readonly isLoose: boolean;
  property: string;
  definition: PropertyDefinition | undefined;
  /** The value as it will be kept; undefined until ingest/validate.ts has taken it. */
  value: Value | undefined;
  refusal: QuarantineReason | undefined;
  detail: string;
  /** The given value must not be kept, not even in quarantine. */
  isSecret: boolean;
  /** Its unit cannot be turned into the catalogue's. */
  isForeignUnit: boolean;
  isRepeat: boolean;
}

/** What a message is at the beginning of its way. */
export interface WorkStart {
  readonly record: MessageRecord;
  readonly position: Position;
  /** When the message was received. */
  readonly receivedAt: EpochMs;
  /** The engine's now; later than `receivedAt` when the message is replayed. */
  readonly now: EpochMs;
  readonly route: Route;
  /** Who the readings belong to. */
  readonly device: DeviceId;
  /** From quarantine, by a person's order. */
  readonly isReplay: boolean;
  /** Only what it says of this device, which its sender carries. */
  readonly only?: DeviceId | undefined;
}

const longestNumber = 64;
/** More than a gateway has. */
const mostBearers = 10_000;

/** One message on its way through the stages of ingest/pipeline.ts, and what it has come to. */
export class Work implements MessageDraft {
  readonly record: MessageRecord;
  readonly position: Position;
  readonly receivedAt: EpochMs;
  readonly now: EpochMs;
  readonly route: Route;
  readonly device: DeviceId;
  readonly isReplay: boolean;
  readonly only: DeviceId | undefined;
  configured: Device | undefined;
  dialect: Dialect | undefined;
  memory: DeviceMemory | undefined;
  /** The time of receipt that all relative times of the message count from. */
  anchor: EpochMs | undefined;
  readonly moments: Moment[] = [];
  readonly said: Said[] = [];
  readonly refused: RefusedPart[] = [];
  readonly observations: Observation[] = [];
  readonly quarantined: Quarantined[] = [];
  readonly presence: PresenceSaid[] = [];
  readonly replies: CommandReply[] = [];
  /** What is said of devices that the sender carries, by their names there. */
  readonly carried = new Map<string, Carried>();
  /** Names that the sender has for those whom it carries, by the numbers of their makers. */
  readonly bearers = new Map<string, string>();
  readonly renames: { readonly from: string; readonly to: string }[] = [];
  readonly clocks: ClockSaid[] = [];
  /** Of this message, as the maker counts. */
  number: string | undefined;
  /** Understood, and nothing for anybody. */
  isPassed = false;
  repeats = 0;
  isResend = false;
  /** Times of receipt given out to a replayed message. */
  receipts = 0;

  constructor(start: WorkStart) {
    this.record = start.record;
    this.position = start.position;
    this.receivedAt = start.receivedAt;
    this.now = start.now;
    this.route = start.route;
    this.device = start.device;
    this.isReplay = start.isReplay;
    this.only = start.only;
  }

  moment(given: GivenTime, more?: MomentMore): number {
    return this.moments.push(momentOf(given, more?.isPast ?? false)) - 1;
  }

  say(number: number, key: string, given: unknown, more?: SaidMore): void {
    const moment = this.moments[number];
    if (given === null || given === undefined || moment === undefined) return;
    if (more?.onlyOf !== undefined && more.onlyOf !== this.configured?.kind) return;
    this.said.push({
      moment,
      key,
      given,
      unit: more?.unit,
      source: more?.source ?? '',
      isSum: more?.isSum ?? false,
      isLoose: more?.isLoose ?? false,
      property: '',
      definition: undefined,
      value: undefined,
      refusal: undefined,
      detail: '',
      isSecret: false,
      isForeignUnit: false,
      isRepeat: false,
    });
  }

  once(number: string): void {
    this.number = number.slice(0, longestNumber);
  }

  /** Nobody commands the sender itself in its dialect: that goes by a topic of ours. */
  reply(): void {
    this.isPassed = true;
  }

  online(isOnline: boolean): void {
    this.presence.push({ device: this.device, online: isOnline });
  }

  refusePart(reason: QuarantineReason, property: string | null, detail: string, part: unknown): void {
    this.refused.push({ reason, property, detail, part });
  }

  of(address: string, about?: About): Draft {
    const known = this.carried.get(address);
    if (known !== undefined) {
      known.about(about);
      return known;
    }
    const carried = new Carried(address, about);
    this.carried.set(address, carried);
    return carried;
  }

  describe(key: string, description: Description | null): boolean {
    return this.memory?.describing().put(key, description) ?? false;
  }

  carries(name: string, number: string): void {
    if (this.bearers.size < mostBearers) this.bearers.set(number.slice(0, longestNumber), name);
  }

  renamed(from: string, to: string): void {
    this.renames.push({ from, to });
  }

  pass(): void {
    this.isPassed = true;
  }

  refuse(reason: QuarantineReason, detail: string): void {
    this.quarantine({ reason, property: null, detail }, this.record.payload);
  }

  quarantine(why: Pick<Quarantined, 'reason' | 'property' | 'detail'>, payload: Uint8Array): void {
    this.quarantined.push({
      device: this.device,
      receivedAt: this.receivedAt,
      position: this.position,
      topic: this.record.topic,
      dialect: this.dialect?.id ?? this.configured?.dialect ?? 'native',
      reason: why.reason,
      property: why.property,
      detail: why.detail,
      payload: payload === this.record.payload ? this.#keptWhole() : payload,
    });
  }

  /** The message as it came, without the persons that its dialect may speak of. */
  #keptWhole(): Uint8Array {
    const { payload, topic } = this.record;
    if (this.dialect?.withoutPersons === undefined) return payload;
    const heard = new Heard({ topic, payload, base: [], timezone: 'UTC' });
    // Whoever is in the depth of it is not looked for.
    if (isNestedTooDeep(heard.text)) return new Uint8Array();
    return this.dialect.withoutPersons(heard) ?? new Uint8Array();
  }
}

export const momentOf = (given: GivenTime, isPast: boolean): Moment => ({
  given,
  isPast,
  at: undefined,
  flags: 0,
  problem: undefined,
  replaced: undefined,
});
