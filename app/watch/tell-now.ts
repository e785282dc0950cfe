import type { OutboxDesk } from '#app/notify/outbox-desk.ts';
import type { TellNow } from '#app/watch/self-alarms.ts';

/** By e-mail first, then by whatever else reaches the person; a siren says nothing of a disk. */
const order: readonly string[] = [
  'email',
  'sms',
  'voice',
  'web-push',
  'wecom',
  'dingtalk',
  'feishu',
  'webhook',
];

/** Tells a person by the first channel that takes it, and pages that are open, past engine and pipeline. */
export const tellNow =
  (desk: Pick<OutboxDesk, 'standing' | 'sendNow'>): TellNow =>
  async (person, { body, title }) => {
    const text = {
      zh: { title: title.zh, body: body.zh },
      en: { title: title.en, body: body.en },
    };
    const send = async (channel: string): Promise<boolean> => {
      try {
        const answer = await desk.sendNow({ channel, person, kind: 'bulletin', severity: 'critical', text });
        return answer.outcome === 'sent' || answer.outcome === 'delivered';
      } catch {
        // It has no address of this person, or nothing leaves this machine: the next one.
        return false;
      }
    };
    // A page that is open is no proof that anybody looks.
    void send('stream');
    const ways = desk
      .standing()
      .filter(({ kind, isBroken }) => !isBroken && order.includes(kind))
      .toSorted((a, b) => rank(a.kind) - rank(b.kind));
    for (const { id } of ways) if (await send(id)) return true;
    return false;
  };

const rank = (kind: string): number => order.indexOf(kind);
