import type { Static, TObject } from 'typebox';
import type { Severity } from '#model/alarm.ts';
import type { DurationMs, EpochMs, PersonId, PlaceId, TaskId } from '#model/brand.ts';
import type { NoticeKind } from '#model/notice.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';

export const channelKinds = [
  'stream',
  'web-push',
  'email',
  'webhook',
  'wecom',
  'dingtalk',
  'feishu',
  'sms',
  'voice',
  'mqtt',
] as const;
export type ChannelKind = (typeof channelKinds)[number];

export type Language = 'zh' | 'en';

/** What a browser gave when its person allowed notifications (Push API, `PushSubscription.toJSON()`). */
export interface PushSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** Who is told, and where they can be reached; null and empty: not known. */
export interface Recipient {
  readonly person: PersonId;
  /** As colleagues call them. */
  readonly name: string;
  readonly language: Language;
  readonly email: string | null;
  /** As it was written down: digits, spaces, `+`, `-`. */
  readonly phone: string | null;
  /** Member id in WeCom, for `mentioned_list`. */
  readonly wecom: string | null;
  /** User id in DingTalk, for `atUserIds`; robots also take `phone`. */
  readonly dingtalk: string | null;
  /** Open id or user id in Feishu, for `<at user_id="…">`. */
  readonly feishu: string | null;
  readonly pushSubscriptions: readonly PushSubscription[];
  /** No staff: a resident or a contact of theirs. Told by SMS, call and e-mail only, and of nothing but that there is something. */
  readonly isOutsider?: true;
}

/** One rendered text. Plain: no HTML, no markdown; whoever needs another form escapes it. No control characters but `\n`. */
export interface Wording {
  /** One line, at most 200 characters. */
  readonly title: string;
  /** Some lines, at most 2,000 characters; may be empty. */
  readonly body: string;
}
/** The same in both languages: a group robot may have readers of both. */
export type LocalWording = Readonly<Record<Language, Wording>>;

/** One message to one person by one channel. */
export interface Dispatch {
  /** Number of the delivery in the outbox; for logs. */
  readonly delivery: number;
  /**
   * The same at each try of the same message by the same channel, and after a crash: receivers tell a repeat by it. At most 96
   * characters of `A-Z a-z 0-9 - _ : . +`
   */
  readonly key: string;
  /** When what it tells happened. */
  readonly at: EpochMs;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  /** May make a siren sound, passes quiet hours, has priority. */
  readonly lifeSafety: boolean;
  /** null: a test of the channel. */
  readonly task: TaskId | null;
  readonly category: string | null;
  /** Where it happens, for choosing what sounds there: never to be said. null: a test, or nowhere in particular. */
  readonly place: PlaceId | null;
  readonly recipient: Recipient;
  /**
   * What to say. Where the channel's setting `content-free` is on it says only that there is something to see, of which
   * severity, and no place and no name: the notifier has chosen, an adapter sends what is here.
   */
  readonly text: LocalWording;
  /** What takes the task with one tap; null: there is nothing to take, or no `public-url` is set. */
  readonly link: string | null;
  /** For templates of an installation (`tools.render`): the same in plain fields, content-free where that is on. */
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

/** What became of a try. `because`: one line for operators, with no secret and no whole answer in it. */
export type Answer =
  /** The receiver took it. `receipt`: what it calls the message. */
  | {
      readonly outcome: 'sent' | 'delivered';
      readonly receipt?: string;
      /** Push endpoints that do not exist any more; they are forgotten. */
      readonly gone?: readonly string[];
    }
  /** Not now. */
  | {
      readonly outcome: 'retry';
      readonly because: string;
      /** As the receiver asked (`Retry-After`); absent: with backoff. */
      readonly afterMs?: DurationMs;
      /** The answer was lost: it may have arrived. The next try has the same key. */
      readonly mayHaveArrived: boolean;
      readonly gone?: readonly string[];
    }
  /** Never: the same again would be refused again. The next channel is tried. */
  | { readonly outcome: 'refused'; readonly because: string; readonly gone?: readonly string[] };

/** Whether a person can be reached this way. */
export type Reach =
  | { readonly reaches: true }
  | { readonly reaches: false; readonly why: 'no-address' | 'not-signed-in' };

/** A way to people, opened with an installation's settings. Several of one kind may be open. */
export interface Channel {
  /** Looks at addresses only: no I/O. */
  reach(recipient: Recipient): Reach;
  /**
   * One try. Settles within `signal`'s time (the notifier aborts after `timeout`); a rejection counts as `retry` that may
   * have arrived. Answers `sent` where the receiver only took it, `delivered` where it says that it is at its goal.
   */
  send(dispatch: Dispatch, signal: AbortSignal): Promise<Answer>;
  /**
   * Somebody acted on what `dispatch` told, or it is over: what its sending began ends (a siren, a lamp). Once for each message
   * that was sent, with its key; absent: sending begins nothing that lasts.
   */
  standDown?(dispatch: Dispatch, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** One kind of channel: notify/channels/*.ts has one each, notify/channel-kinds.ts lists them. */
export interface ChannelType<Settings extends TObject = TObject> {
  readonly kind: ChannelKind;
  /**
   * What an installation says of it in `notify: channels: ID:`, kebab-case in the file and camelCase here, closed, with
   * limits. Besides it each has `kind`, `content-free`, `timeout` and `severities`, which the notifier reads.
   */
  readonly settings: Settings;
  /** Settings that are secret: `NAME-file` may name a file with it instead. Never logged, never shown. */
  readonly secrets: readonly string[];
  /** Throws GridbellError `invalid-input` for settings that cannot be right. Connects to nobody yet. */
  open(settings: Static<Settings>, tools: ChannelTools): Channel;
}
