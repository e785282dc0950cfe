import type { Disposition } from '#model/alarm.ts';
import type { AlarmId, DeviceId, DurationMs, EpochMs, TaskId } from '#model/brand.ts';
import type { Category } from '#model/category.ts';
import type { Community, Device, Mode, Person, Place, Resident, Roster } from '#model/community.ts';
import type { Mapping } from '#model/mapping.ts';
import type { Bulletin } from '#model/notice.ts';
import type { PostedAlarm, PostedClear } from '#model/posted-alarm.ts';
import type { Preference } from '#model/preference.ts';
import type { ForgottenPart, NewReport } from '#model/report.ts';
import type { Role } from '#model/role.ts';
import type { Silence } from '#model/silence.ts';

/** An account as it is kept: the password only as its scrypt hash (`scrypt$N$r$p$salt$hash`). */
export interface Account {
  /** The person's id, or a name of its own (`admin`). */
  readonly id: string;
  readonly role: Role;
  readonly person?: string;
  readonly passwordHash?: string;
}

/** An API token as it is kept: SHA-256 of its 256 random bits. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly tokenHash: string;
  readonly role: Role;
  /** Where it may act; empty: everywhere. */
  readonly places: readonly string[];
}

/** A device's credential as it is kept: HMAC-SHA-256 of id and token under the installation's key. */
export interface Credential {
  readonly device: string;
  readonly tokenHash: string;
  /** Of devices that push over HTTP: what HTTP digest needs, sealed (model/device-credential.ts). */
  readonly digest?: string;
}

/** The resources that commands create, change and delete, by name, with what is kept of each. */
export interface Resources {
  community: Community;
  place: Place;
  person: Person;
  resident: Resident;
  roster: Roster;
  device: Device;
  mode: Mode;
  /** By id: holds notifications back until a time. */
  silence: Silence;
  /** By person: how they want to be told. */
  preference: Preference;
  category: Category;
  mapping: Mapping;
  /** The rule as written (camelCase keys); rules/ parses it, also when it is invalid. */
  rule: Readonly<Record<string, unknown>>;
  account: Account;
  'api-token': ApiToken;
  credential: Credential;
}
export type ResourceName = keyof Resources;

export type ResourceChange = {
  [Name in ResourceName]:
    | { readonly op: 'put'; readonly resource: Name; readonly id: string; readonly body: Resources[Name] }
    | { readonly op: 'delete'; readonly resource: Name; readonly id: string };
}[ResourceName];

/**
 * What goes into the inbox for people, the command line and the platform itself. Secrets are hashed before they get
 * here. A command is applied whole or not at all; its outcome carries a value or a failure.
 */
export type Command =
  /** `expect`: `absent` = 409 already-exists when it stands (POST); `present` = 404 when it does not (PATCH, DELETE); `any` (import, PUT). */
  | {
      readonly name: 'change';
      readonly expect: 'absent' | 'present' | 'any';
      readonly changes: readonly ResourceChange[];
      readonly reason: string;
      /** By `${resource} ${id}`, the version that the change was made from: 409 stale-version when another one, or none, stands. 0: none may stand. */
      readonly versions?: Readonly<Record<string, number>>;
    }
  | { readonly name: 'create-task'; readonly task: NewTask }
  | {
      readonly name: 'act-on-task';
      readonly task: TaskId;
      readonly action: string;
      readonly version: number;
      readonly comment?: string;
      readonly to?: string;
      readonly alarms?: readonly AlarmId[];
      readonly rating?: number;
      readonly until?: EpochMs;
    }
  | { readonly name: 'create-report'; readonly report: NewReport }
  /** By the hash of the tracking code, as long as the report is the resident's to rate or to reopen. */
  | {
      readonly name: 'evaluate-report';
      readonly codeHash: string;
      readonly rating: number;
      readonly words?: string;
    }
  | { readonly name: 'reopen-report'; readonly codeHash: string; readonly words: string }
  /** Photos that are kept already; with what they show. */
  | {
      readonly name: 'add-evidence';
      readonly task: TaskId;
      readonly photos: readonly string[];
      readonly comment?: string;
    }
  /** Their time is over: no task names them any more, and the next sweep deletes the files. */
  | { readonly name: 'forget-photos'; readonly ids: readonly string[] }
  /** All that they said last, and that repeats are known by, is forgotten; history erases what it has. */
  | {
      readonly name: 'erase-devices';
      readonly devices: readonly DeviceId[];
      /** Of presence and modes; beside the devices. */
      readonly subjects?: readonly string[];
      readonly reason: string;
    }
  /** For the audit: what was deleted of history, which is no part of the ops store. */
  | {
      readonly name: 'note-history';
      readonly lines: readonly { readonly target: string; readonly detail: string }[];
      /** How the last look of retention went, to be known after a restart. */
      readonly retention?: string;
    }
  /** For the audit: what somebody did with flows, which are no part of the ops store. */
  | {
      readonly name: 'note-flows';
      readonly lines: readonly { readonly target: string; readonly detail: string }[];
    }
  /** Their time is over: a number to call, or all that residents wrote. */
  | { readonly name: 'forget-reports'; readonly part: ForgottenPart; readonly tasks: readonly TaskId[] }
  /** Somebody is on their way; needs no version: it changes nothing of what there is to do. */
  | {
      readonly name: 'come-to-task';
      readonly task: TaskId;
      readonly minutes: number;
      readonly comment?: string;
    }
  /** What the resident said, or that there was no answer. */
  | ({ readonly name: 'answer-ladder'; readonly task: TaskId } & LadderAnswer)
  | { readonly name: 'acknowledge-alarm'; readonly alarm: AlarmId; readonly comment?: string }
  | {
      readonly name: 'dispose-alarm';
      readonly alarm: AlarmId;
      readonly disposition: Disposition;
      readonly comment?: string;
    }
  /** Unique by rule, key and id for ever: the same again changes nothing. */
  | ({ readonly name: 'raise-alarm' } & PostedAlarm)
  | ({ readonly name: 'clear-alarm' } & PostedClear)
  /** Unique by device and id: the same again answers what stands. */
  | {
      readonly name: 'command-device';
      readonly device: DeviceId;
      readonly id: string;
      readonly command: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly expiresInMs: DurationMs;
      /** Somebody looked twice at what has to be guarded, and says why; only people can (api/routes/device-commands.ts). */
      readonly confirmed?: { readonly reason: string };
    }
  | { readonly name: 'withdraw-device-command'; readonly device: DeviceId; readonly id: string }
  | { readonly name: 'replay-quarantine'; readonly ids: readonly number[] }
  | { readonly name: 'discard-quarantine'; readonly ids: readonly number[] }
  | {
      readonly name: 'open-session';
      readonly tokenHash: string;
      readonly account: string;
      readonly expiresAt: EpochMs;
    }
  | { readonly name: 'close-session'; readonly tokenHash: string }
  /** Tells people something that is not of a task; what was told under an id is not told again. */
  | {
      readonly name: 'announce';
      readonly bulletins: readonly Bulletin[];
      /** Told once for ever, whoever it is for by then. */
      readonly request?: string;
    }
  /** Data clock only: time passes to `to` (epoch ms), or, without it, until no timer is left that anything waits for. */
  | { readonly name: 'advance-clock'; readonly to?: EpochMs };

export const ladderOutcomes = ['well', 'needs-help', 'no-answer'] as const;

/** What came of asking a resident. */
export interface LadderAnswer {
  readonly outcome: (typeof ladderOutcomes)[number];
  readonly comment?: string;
}

export interface NewTask {
  readonly category: string;
  readonly severity: 'critical' | 'major' | 'minor' | 'warning';
  readonly title: string;
  readonly place: string;
  readonly comment?: string;
  /** It is only reported 已上报: somebody files or rejects it before anybody is sent. */
  readonly isReport?: true;
}
