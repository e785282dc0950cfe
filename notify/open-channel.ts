import type { Severity } from '#model/alarm.ts';
import type { DurationMs } from '#model/brand.ts';
import type { Channel, ChannelKind } from '#notify/channel.ts';

/** A channel of the installation that is open, with what each has besides its own settings. */
export interface OpenChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly channel: Channel;
  /** Outside: beyond this machine. The live stream is not. */
  readonly isOutside: boolean;
  /** Says only that there is something to see. */
  readonly contentFree: boolean;
  /** A try that takes longer is given up and counts as lost. */
  readonly timeoutMs: DurationMs;
  /** Only messages of these; null: all. */
  readonly severities: readonly Severity[] | null;
}
