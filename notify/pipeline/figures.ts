import type { ChannelKind } from '#notify/channel.ts';
import type { OpenChannel } from '#notify/open-channel.ts';
import { goOn, type Stage } from '#notify/pipeline/stage.ts';

/** Where one person reads in peace, the best first: no text message, call or siren for figures, and no group of many. */
const kinds: readonly ChannelKind[] = ['email', 'web-push', 'webhook'];

/** Ids of the channels that figures may go by; of equals in the order of the cascade. */
export const quietChannels = (channels: readonly Pick<OpenChannel, 'id' | 'kind'>[]): readonly string[] =>
  kinds.flatMap((kind) => channels.filter((channel) => channel.kind === kind).map(({ id }) => id));

/** Figures go by the channels of a person that are not for alarms, e-mail first. */
export const figures: Stage = (plan, { notice }, { quietChannels: quiet }) => {
  if (notice.bulletin?.figuresOf === undefined) return goOn(plan);
  const channels = quiet.filter((id) => plan.channels.includes(id));
  return goOn(plan, { channels, because: [{ code: 'figures', channels: [...channels] }] });
};
