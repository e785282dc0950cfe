import { type InjectionKey, inject, onScopeDispose, type Ref, readonly, ref, shallowRef } from 'vue';
import type { Alarm, Task } from '../api/types.ts';

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
  start(): void;
  stop(): void;
  on<Name extends LiveName>(name: Name, handler: Handler<Name>): () => void;
  /** After a loss: events may have been missed that are in no log (readings), or the server was another one. */
  onResumed(handler: () => void): () => void;
}

export const liveKey: InjectionKey<Live> = Symbol('live');

/** The server tells its time every 15 s: silence beyond this is a line that is dead without saying so. */
const silenceMs = 40_000;
const reopenMs = 2_000;

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
  let source: EventSource | undefined;
  let watch: ReturnType<typeof setInterval> | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let wasLost = false;
  let lastEventId = '';

  const heard = (): void => {
    lastHeardAt.value = Date.now();
    state.value = 'live';
  };
  const tell = <Name extends LiveName>(name: Name, event: MessageEvent<string>): void => {
    heard();
    if (event.lastEventId !== '') lastEventId = event.lastEventId;
    const body = JSON.parse(event.data) as LiveEvents[Name];
    for (const handler of handlers[name]) handler(body);
  };
  const lost = (): void => {
    wasLost = true;
    if (state.value !== 'off') state.value = 'lost';
    source?.close();
    source = undefined;
    clearTimeout(reopening);
    reopening = setTimeout(open, reopenMs);
  };

  function open(): void {
    source?.close();
    const resume = lastEventId === '' ? '' : `&lastEventId=${encodeURIComponent(lastEventId)}`;
    source = new EventSource(`/api/v1/stream?topics=alarms,tasks,readings,clock${resume}`);
    source.addEventListener('open', () => {
      heard();
      if (!wasLost) return;
      wasLost = false;
      for (const handler of resumed) handler();
    });
    source.addEventListener('alarm', (event) => tell('alarm', event));
    source.addEventListener('task', (event) => tell('task', event));
    source.addEventListener('reading', (event) => tell('reading', event));
    source.addEventListener('clock', (event: MessageEvent<string>) => {
      heard();
      const { now } = JSON.parse(event.data) as { now: string };
      offsetMs.value = Date.parse(now) - Date.now();
    });
    source.addEventListener('end', (event: MessageEvent<string>) => {
      const { reason } = JSON.parse(event.data) as { reason: string };
      if (reason === 'session') onSessionEnd();
      else lost();
    });
    source.addEventListener('error', lost);
  }

  return {
    state: readonly(state),
    lastHeardAt: readonly(lastHeardAt),
    now: () => Date.now() + offsetMs.value,
    start() {
      if (state.value !== 'off') return;
      state.value = 'connecting';
      open();
      watch = setInterval(() => {
        if (state.value === 'live' && Date.now() - (lastHeardAt.value ?? 0) > silenceMs) lost();
      }, 5_000);
    },
    stop() {
      state.value = 'off';
      clearInterval(watch);
      clearTimeout(reopening);
      source?.close();
      source = undefined;
      lastEventId = '';
      wasLost = false;
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
