import type { EpochMs, PersonId } from '#model/brand.ts';
import type { Task } from '#model/task.ts';
import type { Cascading } from '#notify/cascading.ts';
import type { Dispatch, Recipient } from '#notify/channel.ts';
import type { OneTapLinks } from '#notify/links/one-tap.ts';
import type { Delivery, Message } from '#notify/message.ts';
import type { OpenChannel } from '#notify/open-channel.ts';
import { decideAgain } from '#notify/pipeline/pipeline.ts';
import { type Surroundings, subjectOf } from '#notify/pipeline/stage.ts';
import type { NotifyStore } from '#notify/ports.ts';
import type { Texts } from '#notify/templates.ts';
import { contentFreeOf, fieldsOf, type Occasion, wordingOf } from '#notify/wording.ts';

export interface ComposingParts {
  readonly store: Pick<NotifyStore, 'membersOf'>;
  readonly around: Surroundings;
  readonly texts: Texts;
  readonly cascading: Pick<Cascading, 'recipient'>;
  readonly links: OneTapLinks;
  /** Where people reach the console; null: no links in messages. */
  readonly publicUrl: string | null;
}

/** What goes out for a delivery, by how things stand now; null: nothing of it is true any more. */
export function compose(
  parts: ComposingParts,
  {
    channel,
    delivery,
    message,
    now,
  }: {
    readonly message: Message;
    readonly delivery: Delivery;
    readonly channel: OpenChannel;
    readonly now: EpochMs;
  },
): Dispatch | null {
  const { around, cascading, store } = parts;
  const recipient = cascading.recipient(message);
  if (!recipient) return null;
  // What ends what was begun is said of what is not true any more.
  if (delivery.ends) return dispatchOf(parts, [message], { channel, delivery, recipient, now });
  const isTrue = ({ notice }: Message): boolean =>
    !('stop' in decideAgain(subjectOf(notice, around.world, now), around));
  const members = store.membersOf(message.notice.id).filter(({ state }) => state === 'grouped');
  return dispatchOf(parts, [message, ...members].filter(isTrue), { channel, delivery, recipient, now });
}

function dispatchOf(
  parts: ComposingParts,
  [first, ...others]: readonly Message[],
  {
    channel,
    delivery,
    now,
    recipient,
  }: {
    readonly channel: OpenChannel;
    readonly delivery: Delivery;
    readonly recipient: Recipient;
    readonly now: EpochMs;
  },
): Dispatch | null {
  const { world } = parts.around;
  if (!first) return null;
  const { at, bulletin, kind, lifeSafety, severity } = first.notice;
  const { task } = subjectOf(first.notice, world, now);
  if (!task && !bulletin) return null;
  const { isOutsider = false } = recipient;
  const link = isOutsider
    ? null
    : task
      ? linkOf(parts, task, first.notice.person, now)
      : pageOf(parts, bulletin?.path);
  const isDiscreet = isOutsider || channel.contentFree;
  const occasion: Occasion = { kind, lifeSafety, severity, task, bulletin, others: others.length, link };
  const fields = fieldsOf(occasion, recipient.language, world);
  return {
    delivery: delivery.id,
    key: delivery.key,
    at,
    attempt: delivery.attempts,
    kind,
    severity,
    lifeSafety,
    task: task?.id ?? null,
    category: isDiscreet ? null : (task?.category ?? null),
    // A siren of a building has to know whether it is its building; nobody reads there where it is.
    place: isDiscreet && channel.kind !== 'mqtt' ? null : (task?.place ?? null),
    recipient,
    // What outsiders are told has nothing in it that could be left out.
    text: wordingOf(occasion, channel.contentFree && !isOutsider, { texts: parts.texts, world }),
    link,
    fields: isDiscreet ? contentFreeOf(fields) : fields,
  };
}

/** One tap where there is one, else the task's page. */
function linkOf(parts: ComposingParts, task: Task, person: PersonId, now: EpochMs): string | null {
  if (parts.publicUrl === null) return null;
  const token = parts.links.tokenFor(task, person, now);
  return pageOf(parts, token === null ? `/tasks/${task.id}` : `/api/v1/links/${token}`);
}

const pageOf = ({ publicUrl }: ComposingParts, path: string | undefined): string | null =>
  publicUrl === null || path === undefined ? null : `${publicUrl.replace(/\/+$/, '')}${path}`;
