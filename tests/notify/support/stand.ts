import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  durationMs,
  type EpochMs,
  epochMs,
  minute,
  type PersonId,
  type PlaceId,
  plus,
  second,
  type TaskId,
} from '#model/brand.ts';
import type { Notice } from '#model/notice.ts';
import type { Preference } from '#model/preference.ts';
import type { Silence } from '#model/silence.ts';
import type { Task } from '#model/task.ts';
import type { PushSubscription } from '#notify/channel.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import { NoticeStreams, streamChannel } from '#notify/channels/stream.ts';
import type { Circuit } from '#notify/circuit.ts';
import { guardedRequest } from '#notify/guard/guarded-request.ts';
import { parseAllowedTargets, TargetGuard } from '#notify/guard/target-guard.ts';
import { OneTapLinks } from '#notify/links/one-tap.ts';
import type { Delivery, Message } from '#notify/message.ts';
import { Notifier, type NotifierOptions } from '#notify/notifier.ts';
import type { OpenChannel } from '#notify/open-channel.ts';
import type { NotifyStore, OneTap, World } from '#notify/ports.ts';
import { builtInTexts } from '#notify/templates.ts';
import { render } from '#notify/wording.ts';
import { SqliteNotifyStore } from '#store/notify/notify-store.ts';
import { httpChannel } from '#tests/support/notify/http-channel.ts';

export const noon = epochMs(Date.parse('2026-03-04T12:00:00+08:00'));
export const zhou = 'w-zhou' as PersonId;
export const chen = 'w-chen' as PersonId;

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A community of two workers whose tasks, silences and preferences a test sets by hand. */
export class StandWorld implements World {
  readonly notices: Notice[] = [];
  readonly tasks = new Map<string, Task>();
  readonly preferences = new Map<string, Preference>();
  readonly silenced: Silence[] = [];
  readonly readers = new Set<string>();
  /** Who left the community. */
  readonly left = new Set<string>();

  noticesAfter(seq: number, limit: number): readonly Notice[] {
    return this.notices.filter((notice) => notice.seq > seq).slice(0, limit);
  }
  task(id: TaskId): Task | undefined {
    return this.tasks.get(id);
  }
  recipient(person: PersonId) {
    if (person !== zhou && person !== chen) return undefined;
    return {
      person,
      name: person,
      language: 'zh' as const,
      email: null,
      phone: '138 0000 0000',
      wecom: null,
      dingtalk: null,
      feishu: null,
    };
  }
  isPerson(person: PersonId): boolean {
    return !this.left.has(person);
  }
  personOf(actor: string): string {
    return actor;
  }
  preference(person: PersonId): Preference | undefined {
    return this.preferences.get(person);
  }
  mayReadFigures(person: PersonId): boolean {
    return this.readers.has(person);
  }
  silences(): readonly Silence[] {
    return this.silenced;
  }
  isWithin(place: PlaceId, ancestor: PlaceId): boolean {
    return place === ancestor || place.startsWith(`${ancestor}-`);
  }
  placeName(place: PlaceId) {
    return { zh: `地点 ${place}`, en: `place ${place}` };
  }
  categoryName(category: string) {
    return { zh: category, en: category };
  }
  timezone(): string {
    return 'Asia/Shanghai';
  }
}

export interface StandOptions {
  /** Ids of channels and where each sends to, in the order of the cascade. */
  readonly channels?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly options?: Partial<NotifierOptions>;
  readonly channel?: Partial<OpenChannel>;
}

/** A notifier over a real store and real HTTP, on a clock that a test moves. */
export class Stand implements AsyncDisposable {
  readonly world = new StandWorld();
  readonly streams = new NoticeStreams();
  readonly circuits: (readonly [string, boolean])[] = [];
  readonly store: NotifyStore;
  readonly notifier: Notifier;
  readonly links: OneTapLinks;
  readonly #directory: string | null;
  #now = noon;
  #seq = 0;

  constructor({ channel = {}, channels = {}, options = {}, path }: StandOptions = {}) {
    this.#directory = path === undefined ? mkdtempSync(join(tmpdir(), 'gridbell-notify-')) : null;
    this.store = SqliteNotifyStore.open<Message, Delivery, OneTap, PushSubscription, Circuit>(
      path ?? join(this.#directory ?? '', 'notify.db'),
    );
    const clock = { now: () => this.#now };
    const guard = new TargetGuard(parseAllowedTargets('127.0.0.1'));
    const tools: ChannelTools = {
      clock,
      log: quiet,
      request: (request, signal) => guardedRequest(guard, request, signal),
      resolve: (host, port) => guard.resolve(host, port),
      render,
      isWithin: (place, ancestor) => this.world.isWithin(place, ancestor),
      vapid: { publicKey: '', privateKey: '', subject: '' },
      commandDevice: () => Promise.resolve(),
    };
    const common = {
      contentFree: false,
      timeoutMs: durationMs(5 * second),
      severities: null,
      isOutside: true,
      kind: 'webhook' as const,
    };
    this.links = new OneTapLinks(new Uint8Array(32), this.store);
    this.notifier = new Notifier({
      world: this.world,
      store: this.store,
      channels: Object.entries(channels).map(([id, url]) => ({
        ...common,
        id,
        channel: httpChannel.open({ url }, tools),
        ...channel,
      })),
      live: {
        ...common,
        id: 'stream',
        kind: 'stream',
        isOutside: false,
        channel: streamChannel(this.streams).open({}, tools),
      },
      links: this.links,
      texts: builtInTexts,
      publicUrl: 'https://gridbell.example',
      outside: true,
      groupWithinMs: durationMs(30 * second),
      proofWithinMs: durationMs(5 * minute),
      proofWithinLifeSafetyMs: durationMs(20 * second),
      clock,
      lookEveryMs: durationMs(30 * second),
      random: () => 1,
      onTried: () => {},
      onCircuit: (id, isOpen) => this.circuits.push([id, isOpen]),
      log: quiet,
      ...options,
    });
    this.notifier.start();
  }

  get now(): EpochMs {
    return this.#now;
  }

  /** Time passes; then what is due is done. */
  async pass(ms: number): Promise<void> {
    this.#now = plus(this.#now, ms);
    await this.#done();
  }

  /** A task comes into being, or changes. */
  task(id: string, changes: Partial<Task> = {}): Task {
    const task: Task = { ...plainTask(id, this.#now), ...this.world.tasks.get(id), ...changes };
    this.world.tasks.set(id, task);
    return task;
  }

  /** Somebody is to be told something; resolves when that is done as far as it can be. */
  async tell(task: string, changes: Partial<Notice> = {}): Promise<string> {
    const id = this.add(task, changes);
    await this.#done();
    return id;
  }

  add(task: string, changes: Partial<Notice> = {}): string {
    const stands = this.world.tasks.get(task) ?? this.task(task);
    this.#seq += 1;
    const id = `${task}:${this.#seq}:0`;
    this.world.notices.push({
      seq: this.#seq,
      id,
      at: this.#now,
      task: stands.id,
      version: this.#seq,
      kind: 'assigned',
      person: zhou,
      severity: stands.severity,
      lifeSafety: stands.lifeSafety,
      category: stands.category,
      place: stands.place,
      because: [],
      ...changes,
    });
    return id;
  }

  message(id: string): Message {
    const message = this.store.message(id);
    if (!message) throw new Error(`no message ${id}`);
    return message;
  }
  codes(id: string): readonly string[] {
    return this.message(id).because.map(({ code }) => code);
  }
  deliveries(id: string): readonly string[] {
    return this.store
      .deliveriesOf(id)
      .map(({ attempts, channel, state }) => `${channel} ${state} ${attempts}`);
  }

  async #done(): Promise<void> {
    this.notifier.wake();
    await this.notifier.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.notifier.stop();
    if (this.#directory !== null) rmSync(this.#directory, { recursive: true, force: true });
  }
}

const plainTask = (id: string, now: EpochMs): Task => ({
  id: id as TaskId,
  version: 1,
  state: 'dispatched',
  category: 'facilities',
  severity: 'major',
  title: { zh: '水泵停了', en: 'The pump stopped' },
  place: 'g1-b3' as PlaceId,
  assignee: zhou,
  also: [],
  reason: null,
  because: [],
  rule: null,
  key: null,
  lifeSafety: false,
  alarms: [],
  checklist: [],
  createdAt: now,
  dispatchedAt: now,
  acceptedAt: null,
  acceptBy: plus(now, 15 * minute),
  handleBy: null,
  closedAt: null,
  history: [],
});
