import type { NotifyConfig } from '#app/config/notify-settings.ts';
import { type ChannelSettings, readChannels } from '#app/notify/channel-settings.ts';
import { durationMs, second } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { ChannelType } from '#notify/channel.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import type { OpenChannel } from '#notify/open-channel.ts';

const usualTimeoutMs = durationMs(10 * second);

/**
 * Opens the channels of the settings, in the order of the cascade.
 * @throws GridbellError `invalid-input` that names every mistake, and no value.
 */
export function openChannels(
  { cascade, channels: text }: Pick<NotifyConfig, 'cascade' | 'channels'>,
  types: readonly ChannelType[],
  tools: ChannelTools,
): readonly OpenChannel[] {
  const { channels, problems: written } = readChannels(text, types);
  const problems = [...written, ...unknownIn(cascade, channels)];
  const opened = channels.flatMap((channel) => {
    try {
      return [open(channel, tools)];
    } catch (error) {
      problems.push(`notify: channels: ${channel.id}: ${messageOf(error)}`);
      return [];
    }
  });
  if (problems.length > 0)
    throw new GridbellError(
      'invalid-input',
      `${problems.join('; ')}; docs/notifications.md says what each channel takes`,
    );
  if (cascade === null) return opened;
  return cascade.flatMap((id) => opened.find((channel) => channel.id === id) ?? []);
}

const unknownIn = (
  cascade: readonly string[] | null,
  channels: readonly ChannelSettings[],
): readonly string[] =>
  (cascade ?? [])
    .filter((id) => !channels.some((channel) => channel.id === id))
    .map((id) => `notify: cascade: there is no channel ${id.slice(0, 50)}`);

const open = ({ id, own, shared, type }: ChannelSettings, tools: ChannelTools): OpenChannel => ({
  id,
  kind: type.kind,
  channel: type.open(own, tools),
  isOutside: true,
  // What a push service or a group of many sees is for the installation to allow.
  contentFree: shared.contentFree ?? false,
  timeoutMs: (shared.timeout === undefined ? undefined : parseDuration(shared.timeout)) ?? usualTimeoutMs,
  severities: shared.severities ?? null,
});
