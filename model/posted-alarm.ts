import { createHash } from 'node:crypto';
import type { Evidence, Severity } from '#model/alarm.ts';
import type { AlarmId, DeviceId, EpochMs, PlaceId, RuleId } from '#model/brand.ts';
import type { LocalText } from '#model/text.ts';

/** What tells one request from another; the same again, however much later, is a repeat. */
export interface PostName {
  readonly rule: RuleId;
  readonly key: string;
  /** The caller's own. */
  readonly id: string;
}

/** An alarm that no rule of the community raises, but somebody outside: a flow, another system. */
export interface PostedAlarm extends PostName {
  readonly category: string;
  readonly severity: Severity;
  readonly lifeSafety: boolean;
  readonly place: PlaceId;
  /** `noDevice` (model/alarm.ts): none. */
  readonly device: DeviceId;
  /** `{place}`, `{device}`, `{resident}` and `{value}` are filled in as in a rule's title. */
  readonly title?: LocalText;
  /** When it began; absent, later than now or before 2020: now. */
  readonly at?: EpochMs;
  readonly evidence: readonly Evidence[];
  /** The places of who asks; null: everywhere. */
  readonly within: readonly PlaceId[] | null;
}

/** Says that the alarm of (rule, key) is over. */
export interface PostedClear extends PostName {
  readonly within: readonly PlaceId[] | null;
}

/** What came of a request. `stood`: there was nothing to do; `repeated`: it was done before. */
export const postVerdicts = ['raised', 'regraded', 'cleared', 'stood', 'repeated'] as const;
export type PostVerdict = (typeof postVerdicts)[number];

export interface Posted {
  readonly did: PostVerdict;
  /** The alarm that it was about; null: none stood. */
  readonly alarm: AlarmId | null;
}

/** How many people a bulletin was told to by this request; 0: its id was done before. */
export interface Told {
  readonly told: number;
}

/** What requests are kept by for ever: of one length, whatever the caller's ids are. */
export const postHash = (kind: 'raise' | 'clear' | 'tell', name: Partial<PostName>): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, name.rule ?? null, name.key ?? null, name.id ?? null]))
    .digest('base64url')
    .slice(0, 27);

/** The same request gives the same alarm, whenever it is processed. */
export const postedAlarmId = (name: PostName): AlarmId => `a-${postHash('raise', name)}` as AlarmId;
