import { duration, mapping, oneOf, type Setting, text, url } from '#app/config/setting.ts';
import type { SettingValues } from '#app/config/values.ts';
import type { DurationMs } from '#model/brand.ts';

/** How people are told; channels are read by app/notify/channel-settings.ts. */
export interface NotifyConfig {
  /** Where people reach the console, for links in messages; null: messages have no links. */
  readonly publicUrl: string | null;
  /** Host names, addresses and networks inside that messages may go to, with commas. */
  readonly allowTargets: string;
  /** By id, as YAML or JSON text. */
  readonly channels: string;
  /** What is said in other words than the built-in ones, as YAML or JSON text (app/notify/text-settings.ts). */
  readonly texts: string;
  /** Ids of channels, the first first; null: as they are written. */
  readonly cascade: readonly string[] | null;
  readonly groupWithinMs: DurationMs;
  readonly proofWithinMs: DurationMs;
  readonly proofWithinLifeSafetyMs: DurationMs;
}

/** Where Gridbell says that it works. */
export interface HeartbeatConfig {
  readonly url: string | null;
  readonly everyMs: DurationMs;
  readonly method: 'GET' | 'POST';
}

export const notifySettings = {
  'notify-public-url': url(),
  'notify-allow-targets': text(null),
  'notify-channels': mapping(),
  'notify-cascade': text(null),
  'notify-texts': mapping(),
  'notify-group-within': duration('30s'),
  'notify-proof-within': duration('5m'),
  'notify-proof-within-life-safety': duration('20s'),
  'heartbeat-url': url(),
  'heartbeat-every': duration('30s'),
  'heartbeat-method': oneOf('POST', 'POST', 'GET'),
} as const satisfies Record<string, Setting>;
type Values = SettingValues<keyof typeof notifySettings>;

export function notifyConfig(values: Values): NotifyConfig {
  const cascade = values.list('notify-cascade');
  return Object.freeze({
    publicUrl: values.textOrNull('notify-public-url'),
    allowTargets: values.text('notify-allow-targets'),
    channels: values.text('notify-channels'),
    texts: values.text('notify-texts'),
    cascade: cascade.length === 0 ? null : cascade,
    groupWithinMs: values.duration('notify-group-within'),
    proofWithinMs: values.duration('notify-proof-within'),
    proofWithinLifeSafetyMs: values.duration('notify-proof-within-life-safety'),
  });
}

export const heartbeatConfig = (values: Values): HeartbeatConfig =>
  Object.freeze({
    url: values.textOrNull('heartbeat-url'),
    everyMs: values.duration('heartbeat-every'),
    method: values.text('heartbeat-method') === 'GET' ? 'GET' : 'POST',
  });
