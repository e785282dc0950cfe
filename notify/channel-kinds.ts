import type { ChannelKind, ChannelType } from '#notify/channel.ts';
import { dingtalk } from '#notify/channels/dingtalk.ts';
import { email } from '#notify/channels/email.ts';
import { feishu } from '#notify/channels/feishu.ts';
import { sms, voice } from '#notify/channels/http-gateway.ts';
import { mqtt } from '#notify/channels/mqtt.ts';
import { webPush } from '#notify/channels/web-push.ts';
import { webhook } from '#notify/channels/webhook.ts';
import { wecom } from '#notify/channels/wecom.ts';

/** Kinds whose channels an adapter opens. The live stream is not among them: the notifier feeds it itself. */
export type AdapterKind = Exclude<ChannelKind, 'stream'>;

/** One adapter for each kind that reaches outside, or into a device. */
export const channelTypes = {
  'web-push': webPush,
  email,
  webhook,
  wecom,
  dingtalk,
  feishu,
  sms,
  voice,
  mqtt,
} as const satisfies { readonly [Kind in AdapterKind]: ChannelType };
