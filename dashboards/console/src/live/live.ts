import { type InjectionKey, inject, onScopeDispose, type Ref, readonly, ref, shallowRef } from 'vue';
import type { Alarm, Task } from '../api/types.ts';
import type { OpenStream, StreamEventName, StreamNews } from './server-events.ts';
import { openStream } from './shared-stream.ts';

/** A reading as the stream tells it. */
export interface LiveReading {
  readonly device: string;
  readonly property: string;
  readonly value: unknown;
  readonly at: string;
}

interface LiveEvents {
  alarm: Alarm;
  task: Task;
  reading: LiveReading;
}
type LiveName = keyof LiveEvents;
type Handler<Name extends LiveName> = (event: LiveEvents[Name]) => void;

/** `live`: what is shown is what is; `lost`: it may be older, since the time of `lastHeardAt`. */
export type LiveState = 'off' | 'connecting' | 'live' | 'lost';

export interface Live {
  readonly state: Readonly<Ref<LiveState>>;
  /** When the server was heard last, as this browser's clock has it; ms since 1970. */
  readonly lastHeardAt: Readonly<Ref<number | null>>;
  /** The platform's now: corrected by how far this browser's clock is off. */
  now(): number;
  /** What the platform's clock had when this browser's had `at`; ms since 1970. */
  corrected(at: number): number;
  /** For this person's eyes: `user` is an account's id. */
  start(user: string): void;
  stop(): void;
  on<Name extends LiveName>(name: Name, handler: Handler<Name>): () => void;
  /** The stream stands anew: events may have been missed that are in no log (readings), or the server was another one. */
  onResumed(handler: () => void): () => void;
}

export const liveKey: InjectionKey<Live> = Symbol('live');

/** The stream itself notices a dead line earlier: this is for a worker that is gone, and a page that was asleep. */
const silenceMs = 60_000;

/** The one stream of this page: alarms, tasks, readings as they happen. It comes back by itself. */
export function createLive(onSessionEnd: () => void): Live {
  const state = ref<LiveState>('off');
  const lastHeardAt = ref<number | null>(null);
  const offsetMs = shallowRef(0);
  const handlers: { [Name in LiveName]: Set<Handler<Name>> } = {
    alarm: new Set(),
    task: new Set(),
    reading: new Set(),
  };
  const resumed = new Set<() => void>();
  let stream: OpenStream | undefined;
  let watch: ReturnType<typeof setInterval> | undefined;

  const heard = (): void => {
    lastHeardAt.value = Date.now();
    state.value = 'live';
  };
  const tell = <Name extends LiveName>(name: Name, data: string): void => {
    const body = JSON.parse(data) as LiveEvents[Name];
    for (const handler of handlers[name]) handler(body);
  };

  function takeEvent(name: StreamEventName, data: string): void {
    switch (name) {
      case 'alarm':
      case 'task':
      case 'reading':
        tell(name, data);
        return;
      case 'clock':
        offsetMs.value = Date.parse((JSON.parse(data) as { now: string }).now) - Date.now();
        return;
      case 'end':
        if ((JSON.parse(data) as { reason: string }).reason === 'session') onSessionEnd();
        return;
    }
  }

  function take(news: StreamNews): void {
    // What was on its way when this page let go of the stream.
    if (state.value === 'off') return;
    if (news.kind === 'lost') {
      state.value = 'lost';
      return;
    }
    const isFirst = state.value === 'connecting';
    heard();
    if (news.kind === 'event') takeEvent(news.name, news.data);
    else if (!isFirst) for (const handler of resumed) handler();
  }

  function open(user: string): void {
    stream?.close();
    stream = openStream(user, take);
  }

  return {
    state: readonly(state),
    lastHeardAt: readonly(lastHeardAt),
    now: () => Date.now() + offsetMs.value,
    corrected: (at) => at + offsetMs.value,
    start(user) {
      if (state.value !== 'off') return;
      state.value = 'connecting';
      open(user);
      watch = setInterval(() => {
        if (state.value !== 'live' || Date.now() - (lastHeardAt.value ?? 0) <= silenceMs) return;
        state.value = 'lost';
        open(user);
      }, 5_000);
    },
    stop() {
      state.value = 'off';
      clearInterval(watch);
      stream?.close();
      stream = undefined;
    },
    on(name, handler) {
      handlers[name].add(handler);
      return () => handlers[name].delete(handler);
    },
    onResumed(handler) {
      resumed.add(handler);
      return () => resumed.delete(handler);
    },
  };
}

export function useLive(): Live {
  const live = inject(liveKey);
  if (!live) throw new Error('no live stream was provided');
  return live;
}

/** Hears events for as long as the component lives. */
export function useLiveEvent<Name extends LiveName>(name: Name, handler: Handler<Name>): void {
  onScopeDispose(useLive().on(name, handler));
}
