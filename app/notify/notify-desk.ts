import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { Config } from '#app/config.ts';
import type { Core } from '#app/core.ts';
import { type NotifyKeys, notifyKeys } from '#app/notify/notify-keys.ts';
import { NotifyCounts } from '#app/notify/notify-metrics.ts';
import { notifyWorld } from '#app/notify/notify-world.ts';
import { openChannels } from '#app/notify/open-channels.ts';
import { OutboxDesk } from '#app/notify/outbox-desk.ts';
import { textsOf } from '#app/notify/text-settings.ts';
import { fairShare, freeSpace } from '#broker/inbox/free-space.ts';
import { giveBackReserve, withRoomNow } from '#broker/inbox/reserve.ts';
import { type DeviceId, durationMs, second } from '#model/brand.ts';
import { type Clock, wallClock } from '#model/clock.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Task } from '#model/task.ts';
import type { ChannelType, PushSubscription } from '#notify/channel.ts';
import { channelTypes } from '#notify/channel-kinds.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import { NoticeStreams, streamChannel } from '#notify/channels/stream.ts';
import type { Circuit } from '#notify/circuit.ts';
import { guardedRequest } from '#notify/guard/guarded-request.ts';
import { parseAllowedTargets, TargetGuard } from '#notify/guard/target-guard.ts';
import { OneTapLinks } from '#notify/links/one-tap.ts';
import type { Delivery, Message } from '#notify/message.ts';
import { Notifier } from '#notify/notifier.ts';
import type { OpenChannel } from '#notify/open-channel.ts';
import type { OneTap } from '#notify/ports.ts';
import { render } from '#notify/wording.ts';
import { SqliteNotifyStore } from '#store/notify/notify-store.ts';

export interface NotifyParts {
  readonly core: Core;
  readonly config: Config;
  readonly log: Log;
  /** False: nothing leaves this machine. */
  readonly outside: boolean;
}

/** The notifier of a platform, and what the API shows and changes of it. */
export interface NotifyDesk {
  readonly api: OutboxDesk;
  /** To where `notify-allow-targets` and the guard let messages go. */
  readonly request: ChannelTools['request'];
  /** `metrics`: where it tells what it counts. */
  start(metrics: Registry): void;
  stop(): Promise<void>;
}

/**
 * Puts the notifier upon a core: store, keys, channels. It begins to send at `start`.
 * @throws GridbellError `invalid-input` for settings that cannot be right.
 */
export function openNotify(parts: NotifyParts): NotifyDesk {
  const { config, core, log, outside } = parts;
  const { paths } = core.directory;
  const keys = notifyKeys(paths.notifyKeys);
  const clock: Clock = { now: () => core.now() };
  const tools = toolsOf(parts, { keys, clock });
  // By their `satisfies` each fits; what a channel is opened with was checked by its own schema.
  const types: readonly ChannelType[] = Object.values(channelTypes) as unknown as readonly ChannelType[];
  const channels = openChannels(config.notify, types, tools);
  // A disk that others filled keeps no alarm from being told.
  const makeRoom = (): boolean => giveBackReserve(paths.inbox, config.diskReserveBytes);
  const store = SqliteNotifyStore.open<Message, Delivery, OneTap, PushSubscription, Circuit>(paths.notify, {
    withRoom: (work) => withRoomNow(makeRoom, work),
    logBytes: fairShare(freeSpace(paths.inbox)) / 4,
  });
  const streams = new NoticeStreams();
  const live: OpenChannel = {
    id: 'stream',
    kind: 'stream',
    channel: streamChannel(streams).open({}, tools),
    isOutside: false,
    contentFree: false,
    timeoutMs: durationMs(5 * second),
    severities: null,
  };
  const world = notifyWorld(core);
  const texts = textsOf(config.notify.texts);
  const links = new OneTapLinks(keys.link, store);
  const counts = new NotifyCounts();
  const notifier = new Notifier({
    ...config.notify,
    world,
    texts,
    store,
    channels,
    live,
    links,
    outside,
    clock,
    // On the clock of the data an hour may pass in a second.
    lookEveryMs: durationMs(config.clock === 'system' ? 30 * second : 50),
    random: Math.random,
    onTried: (channel, outcome, toldAfterMs) => {
      counts.tried(channel, outcome);
      if (toldAfterMs !== null) counts.told(toldAfterMs);
    },
    onCircuit: (channel, isOpen, because) =>
      isOpen
        ? log.error({ channel, because }, 'a channel fails again and again and is given up for a while')
        : log.info({ channel }, 'a channel works again'),
    log,
  });
  const unfollow = core.feed.follow((event) => {
    // The engine wrote it as a task and gives it back as it was.
    if (event.topic === 'tasks') notifier.taskChanged(event.body as Task);
  });
  const unfollowPeople = core.configuration.follow(() => notifier.peopleChanged());
  const api = new OutboxDesk({
    channels,
    clock,
    core,
    links,
    live,
    notifier,
    outside,
    store,
    streams,
    world,
    texts,
    vapidPublicKey: keys.vapid.publicKey,
  });
  return {
    api,
    request: (request, signal) => tools.request(request, signal),
    start: (metrics) => {
      counts.register(metrics, () =>
        api.channels().map(({ circuit, id }) => ({ channel: id, isOpen: circuit === 'open' })),
      );
      if (outside && channels.length > 0 && config.notify.publicUrl === null)
        log.warn({}, 'messages have no links: set notify-public-url to where people reach the console');
      if (!outside && channels.length > 0)
        log.warn(
          { channels: channels.length },
          'the clock is that of the data: no notification leaves this machine',
        );
      notifier.start();
    },
    stop: async () => {
      unfollow();
      unfollowPeople();
      await notifier.stop();
    },
  };
}

/** What channels may use of the world. */
function toolsOf(
  { config, core, log }: NotifyParts,
  { clock, keys }: { readonly keys: NotifyKeys; readonly clock: Clock },
): ChannelTools {
  const guard = new TargetGuard(allowedTargets(config.notify.allowTargets));
  return {
    // Signatures of robots hold for some minutes by everybody's clock.
    clock: config.clock === 'system' ? wallClock : clock,
    log,
    request: (request, signal) => guardedRequest(guard, request, signal),
    resolve: (host, port) => guard.resolve(host, port),
    render,
    isWithin: (place, ancestor) => core.configuration.current().isWithin(place, ancestor),
    vapid: { ...keys.vapid, subject: config.notify.publicUrl ?? 'mailto:nobody@example.invalid' },
    commandDevice: async ({ args, command, device, id }) => {
      await core.execute(
        { kind: 'system', id: 'system' },
        {
          name: 'command-device',
          device: device as DeviceId,
          id: id === '' ? randomUUID() : id,
          command,
          args,
          expiresInMs: durationMs(60 * second),
        },
      );
    },
  };
}

function allowedTargets(text: string): ReturnType<typeof parseAllowedTargets> {
  try {
    return parseAllowedTargets(text);
  } catch (error) {
    throw new GridbellError('invalid-input', `notify-allow-targets: ${messageOf(error)}`, { cause: error });
  }
}
