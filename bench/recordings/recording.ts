import type { Value } from '#model/reading.ts';

/** A device of a recording: it hangs in the flat of the recording, or in a room of its own, and belongs to who lives there. */
export interface RecordedDevice {
  readonly id: string;
  readonly kind: string;
  readonly tags?: readonly string[];
  readonly room?: string;
}

/** What a device said; `at` in ms from the beginning of the recording (for a fire: from the ignition; may be below 0). */
export interface Said {
  readonly device: string;
  readonly at: number;
  readonly values: Readonly<Record<string, Value>>;
}

/** One file, or one part of one. */
export interface Recording {
  readonly name: string;
  /** Rules were chosen on it, or only tried on it. */
  readonly part: Part;
  readonly devices: readonly RecordedDevice[];
  /** In order of time. */
  readonly said: readonly Said[];
  /** Limits of the person's own. */
  readonly limits?: Readonly<Record<string, { readonly low?: number; readonly high?: number }>>;
}

export type Part = 'tune' | 'check';

/** An alarm of a rule, as the engine told of it; times in ms as in the recording. */
export interface ToldAlarm {
  readonly rule: string;
  readonly device: string;
  readonly from: number;
  /** Null: it stood when the recording ended. */
  readonly to: number | null;
  /** Each level that it had, with the time from which it had it; the first is from its beginning. */
  readonly levels: readonly { readonly severity: string; readonly at: number }[];
}

/** What was told within a recording, and how long it was. */
export interface Played {
  readonly recording: Recording;
  readonly alarms: readonly ToldAlarm[];
  /** Device × time that was listened to. */
  readonly deviceMs: number;
  /** Values beyond what the catalogue lets in: they would have been quarantined. */
  readonly refused: number;
}
