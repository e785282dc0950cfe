/** What comes from the server's stream, and how the line to it is. */
export type StreamNews =
  | { readonly kind: 'open' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'event'; readonly name: StreamEventName; readonly data: string };

const eventNames = ['alarm', 'task', 'reading', 'clock', 'end'] as const;
export type StreamEventName = (typeof eventNames)[number];

export interface OpenStream {
  close(): void;
}

const reopenMs = 2_000;
/** The server tells its time every 15 s: silence beyond this is a line that is dead without saying so. */
const silenceMs = 40_000;

/**
 * The stream of the signed-in person. A line that breaks is opened again and goes on behind the last event that came:
 * `EventSource` alone gives up on an answer that is no stream, as a server that starts gives.
 */
export function openServerEvents(listener: (news: StreamNews) => void): OpenStream {
  let source: EventSource | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let lastEventId = '';
  let isLost = false;
  let heardAt = Date.now();

  function open(): void {
    heardAt = Date.now();
    const resume = lastEventId === '' ? '' : `&lastEventId=${encodeURIComponent(lastEventId)}`;
    source = new EventSource(`/api/v1/stream?topics=alarms,tasks,readings,clock${resume}`);
    source.addEventListener('open', () => {
      heardAt = Date.now();
      isLost = false;
      listener({ kind: 'open' });
    });
    for (const name of eventNames) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        heardAt = Date.now();
        if (event.lastEventId !== '') lastEventId = event.lastEventId;
        listener({ kind: 'event', name, data: event.data });
        if (name === 'end') lost();
      });
    }
    source.addEventListener('error', lost);
  }

  function lost(): void {
    source?.close();
    clearTimeout(reopening);
    reopening = setTimeout(open, reopenMs);
    if (!isLost) listener({ kind: 'lost' });
    isLost = true;
  }

  open();
  const silence = setInterval(() => {
    if (Date.now() - heardAt > silenceMs) lost();
  }, 5_000);
  return {
    close() {
      clearInterval(silence);
      clearTimeout(reopening);
      source?.close();
    },
  };
}
