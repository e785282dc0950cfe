import { useFormat } from '../../format/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useChannelName } from '../../queries/channel-names.ts';
import type { OutboxItem } from './notification-queries.ts';

type NotifyReason = OutboxItem['because'][number];

/** Why somebody was told so, later, or not at all, in the person's language; times and names are filled in where there are some. */
export function useNotifyReason() {
  const { t, word } = useTexts();
  const { dayTime, span } = useFormat();
  const channelName = useChannelName();
  return (reason: NotifyReason): string => {
    const told: Record<string, string> = { code: reason.code };
    for (const [name, value] of Object.entries(reason)) {
      if (name === 'withinMs') told['within'] = span(Number(value));
      else if (name === 'at' || name === 'until') told[name] = dayTime(String(value));
      else if (name === 'channel') told[name] = channelName(String(value));
      else if (name === 'state') told[name] = word('task-states', String(value));
      else if (Array.isArray(value)) told[name] = value.join(t('reasons.list-separator'));
      else told[name] = String(value);
    }
    return t(`notify-reasons.${reason.code}`, told);
  };
}
