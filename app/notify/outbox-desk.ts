import type { ApiNotify, ChannelStatus, LinkTarget, OutboxOrder, TaskProof } from '#api/notify-port.ts';
import type { Core } from '#app/core.ts';
import type { Severity } from '#model/alarm.ts';
import type { PersonId, TaskId } from '#model/brand.ts';
import { type Clock, iso } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import type { Bulletin } from '#model/notice.ts';
import type { Answer, Dispatch, LocalWording, PushSubscription } from '#notify/channel.ts';
import type { NoticeListener, NoticeStreams } from '#notify/channels/stream.ts';
import { closedCircuit, stateOf } from '#notify/circuit.ts';
import type { OneTapLinks } from '#notify/links/one-tap.ts';
import type { Message } from '#notify/message.ts';
import type { Notifier } from '#notify/notifier.ts';
import type { OpenChannel } from '#notify/open-channel.ts';
import type { NotifyStore, OneTap, OutboxFilter, World } from '#notify/ports.ts';
import type { Texts } from '#notify/templates.ts';
import { type Occasion, wordingOf } from '#notify/wording.ts';

export interface OutboxDeskParts {
  readonly channels: readonly OpenChannel[];
  readonly live: OpenChannel;
  readonly clock: Clock;
  readonly core: Pick<Core, 'execute' | 'reader'>;
  readonly links: OneTapLinks;
  readonly notifier: Notifier;
  readonly outside: boolean;
  readonly store: NotifyStore;
  readonly streams: NoticeStreams;
  readonly world: World;
  readonly texts: Texts;
  readonly vapidPublicKey: string;
}

/** Replays at a time: what was given up over days must not come down on a receiver at once. */
const mostReplays = 1_000;
/** Somebody may act on the task at the same moment: the link is about the task, not about a version of it. */
const mostTries = 5;

const testOccasion: Occasion = {
  kind: 'test',
  severity: 'warning',
  lifeSafety: false,
  task: undefined,
  bulletin: undefined,
  others: 0,
  link: null,
};

/** The notifier as the API shows and asks it. */
export class OutboxDesk implements ApiNotify {
  readonly vapidPublicKey: string;
  readonly outside: boolean;
  readonly #parts: OutboxDeskParts;

  constructor(parts: OutboxDeskParts) {
    this.#parts = parts;
    this.vapidPublicKey = parts.vapidPublicKey;
    this.outside = parts.outside;
  }

  channels(): readonly ChannelStatus[] {
    const { channels, clock, live, outside, store } = this.#parts;
    const counts = store.countDeliveries();
    return [live, ...channels].map(({ contentFree, id, isOutside, kind, severities }) => {
      const circuit = store.circuit(id) ?? closedCircuit;
      return {
        id,
        kind,
        on: outside || !isOutside,
        contentFree,
        severities,
        circuit: stateOf(circuit, clock.now()),
        failures: circuit.failures,
        openUntil: circuit.openUntil,
        deliveries: counts[id] ?? {},
      };
    });
  }

  test(id: string, person: PersonId): Promise<Answer> {
    return this.sendNow({
      channel: id,
      person,
      kind: 'test',
      severity: 'warning',
      text: wordingOf(testOccasion, false, this.#parts),
    });
  }

  /** By the inbox, so that each is told once whatever dies in between; by the channels that their people chose. */
  async announce(bulletins: readonly Bulletin[]): Promise<void> {
    const { core, notifier } = this.#parts;
    await core.execute({ kind: 'system', id: 'system' }, { name: 'announce', bulletins });
    notifier.wake();
  }

  /** The channels outside, and which of them are given up for a while. */
  standing(): readonly {
    readonly id: string;
    readonly kind: string;
    readonly isBroken: boolean;
    readonly openUntil: string | null;
  }[] {
    const { channels, clock, store } = this.#parts;
    return channels.map(({ id, kind }) => {
      const circuit = store.circuit(id) ?? closedCircuit;
      const isBroken = stateOf(circuit, clock.now()) !== 'closed';
      return { id, kind, isBroken, openUntil: circuit.openUntil === null ? null : iso(circuit.openUntil) };
    });
  }

  /**
   * One try by one channel, past the whole pipeline and the engine: for what has to be said when these stand still.
   * Rejects with GridbellError `not-found`, `unknown-reference`, `wrong-state` (no address), `wrong-clock`.
   */
  async sendNow(order: {
    readonly channel: string;
    readonly person: PersonId;
    readonly kind: 'test' | 'bulletin';
    readonly severity: Severity;
    readonly text: LocalWording;
  }): Promise<Answer> {
    const { channel: id, kind, person, severity, text } = order;
    const { channels, clock, live, outside, store, world } = this.#parts;
    const found = [live, ...channels].find((channel) => channel.id === id);
    if (!found) throw new GridbellError('not-found', `There is no channel ${id}.`);
    if (!outside && found.isOutside)
      throw new GridbellError('wrong-clock', 'The clock is that of the data: nothing leaves this machine.');
    const known = world.recipient(person);
    if (!known) throw new GridbellError('unknown-reference', `There is no person ${person}.`);
    const recipient = { ...known, pushSubscriptions: store.pushSubscriptions(person) };
    const reach = found.channel.reach(recipient);
    if (!reach.reaches)
      throw new GridbellError('wrong-state', `${id} does not reach ${person}: ${reach.why}.`);
    const at = clock.now();
    const dispatch: Dispatch = {
      delivery: 0,
      key: `${kind}:${at}:${id}`,
      at,
      attempt: 1,
      kind,
      severity,
      lifeSafety: false,
      task: null,
      category: null,
      place: null,
      recipient,
      text,
      link: null,
      fields: { kind, severity, title: text[known.language].title, text: text[known.language].body },
    };
    const signal = AbortSignal.timeout(found.timeoutMs);
    try {
      return await found.channel.send(dispatch, signal);
    } catch (error) {
      const because = signal.aborted
        ? 'no answer in time'
        : error instanceof Error
          ? error.message
          : 'failed';
      return { outcome: 'retry', because, mayHaveArrived: true };
    }
  }

  outbox(filter: OutboxFilter, page: { readonly limit: number; readonly before?: number }) {
    const { store } = this.#parts;
    return store
      .outbox(filter, page)
      .map((message) => ({ message, deliveries: store.deliveriesOf(message.lead ?? message.notice.id) }));
  }

  replay({ channel, ids }: OutboxOrder, by: string): number {
    const { notifier, store } = this.#parts;
    const wanted = ids ?? store.deadDeliveries({ channel }, mostReplays).map(({ id }) => id);
    return notifier.replay(wanted, by);
  }

  listen(person: PersonId, listener: NoticeListener): () => void {
    return this.#parts.streams.listen(person, listener);
  }

  putPushSubscription(person: PersonId, subscription: PushSubscription): void {
    const { clock, store } = this.#parts;
    store.putPushSubscription(person, subscription, clock.now());
  }
  deletePushSubscription(person: PersonId, endpoint: string): boolean {
    return this.#parts.store.deletePushSubscription(endpoint, person);
  }

  seen(task: TaskId, person: PersonId, by: 'console' | 'link'): void {
    const { clock, notifier } = this.#parts;
    notifier.seen({ task, person, at: clock.now(), by });
  }

  proofsOf(task: TaskId): readonly TaskProof[] {
    const { store } = this.#parts;
    return store
      .messagesOn(task)
      .toReversed()
      .filter(({ state }) => state !== 'repeated' && state !== 'inhibited')
      .map((message) => this.#proofOf(message));
  }

  link(token: string): LinkTarget {
    const { clock, core, links } = this.#parts;
    const link = links.read(token, clock.now());
    const task = core.reader.task(link.task);
    if (!task) throw new GridbellError('not-found', 'This link is not good, or not any more.');
    return { ...link, stands: task };
  }

  async useLink(token: string): Promise<LinkTarget> {
    const { clock, links } = this.#parts;
    const link = links.read(token, clock.now());
    links.use(link, clock.now());
    try {
      await this.#act(link);
    } catch (error) {
      links.giveBack(link);
      throw error;
    }
    return this.link(token);
  }

  async #act({ action, person, task }: OneTap): Promise<void> {
    const { core } = this.#parts;
    for (let tries = 1; ; tries++) {
      const stands = core.reader.task(task);
      if (!stands) throw new GridbellError('not-found', 'There is no such task any more.');
      try {
        await core.execute(
          { kind: 'link', id: person, person },
          {
            name: 'act-on-task',
            task,
            action,
            version: stands.version,
          },
        );
        return;
      } catch (error) {
        const isStale = error instanceof GridbellError && error.code === 'stale-version';
        if (!isStale || tries === mostTries) throw error;
      }
    }
  }

  #proofOf(message: Message): TaskProof {
    const { store } = this.#parts;
    const { actedAt, notice, seenAt, seenBy, state } = message;
    const deliveries = store.deliveriesOf(message.lead ?? notice.id);
    const instant = (at: Message['seenAt']): string | null => (at === null ? null : iso(at));
    return {
      person: notice.person,
      kind: notice.kind,
      at: iso(notice.at),
      state,
      channels: deliveries.map(({ channel, deliveredAt, sentAt, state: of }) => ({
        channel,
        state: of,
        sentAt: instant(sentAt),
        deliveredAt: instant(deliveredAt),
      })),
      seenAt: instant(seenAt),
      seenBy,
      actedAt: instant(actedAt),
    };
  }
}
