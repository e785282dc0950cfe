import type { HttpReceiver } from '#tests/support/notify/http-receiver.ts';

/** The environment of a platform whose one channel is a webhook to a receiver of the test. */
export const hookChannel = (hook: HttpReceiver): Record<string, string> => ({
  GRIDBELL_NOTIFY_CHANNELS: JSON.stringify({
    hook: { kind: 'webhook', url: `${hook.url}/hook`, secret: `whsec_${'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'}` },
  }),
  GRIDBELL_NOTIFY_ALLOW_TARGETS: '127.0.0.1',
  GRIDBELL_NOTIFY_PUBLIC_URL: 'https://gridbell.example',
});

/** What the receiver was told: `notice.assigned`, … */
export const toldOf = ({ received }: HttpReceiver): readonly string[] =>
  received.map(({ body }) => (JSON.parse(body) as { readonly type: string }).type);

/** The path of the link that takes the task, in the first message that has one; empty: there is none. */
export const linkIn = ({ received }: HttpReceiver): string =>
  received
    .map(({ body }) => /https:\/\/gridbell\.example(\/api\/v1\/links\/[\w.-]+)/.exec(body)?.[1])
    .find((link) => link !== undefined) ?? '';
