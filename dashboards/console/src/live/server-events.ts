/** What comes from the server's stream, and how the line to it is. */
export type StreamNews =
  | { readonly kind: 'open'; readonly wasLost: boolean }
  | { readonly kind: 'lost' }
  | { readonly kind: 'event'; readonly name: StreamEventName; readonly data: string };

const eventNames = ['alarm', 'task', 'reading', 'clock', 'end'] as const;
export type StreamEventName = (typeof eventNames)[number];

export interface OpenStream {
  close(): void;
}

const reopenMs = 2_000;

/**
 * The stream of the signed-in person. A line that breaks is opened again and goes on behind the last event that came:
 * `EventSource` alone gives up on an answer that is no stream, as a server that starts gives.
 */
export function openServerEvents(listener: (news: StreamNews) => void): OpenStream {
  let source: EventSource | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let lastEventId = '';
  let wasLost = false;

  function open(): void {
    const resume = lastEventId === '' ? '' : `&lastEventId=${encodeURIComponent(lastEventId)}`;
    source = new EventSource(`/api/v1/stream?topics=alarms,tasks,readings,clock${resume}`);
    source.addEventListener('open', () => {
      listener({ kind: 'open', wasLost });
      wasLost = false;
    });
    for (const name of eventNames) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
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
    if (!wasLost) listener({ kind: 'lost' });
    wasLost = true;
  }

  open();
  return {
    close() {
      clearTimeout(reopening);
      source?.close();
    },
  };
}
