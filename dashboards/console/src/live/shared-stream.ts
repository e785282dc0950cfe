import { type OpenStream, openServerEvents, type StreamNews } from './server-events.ts';

/** What a page says to the worker that holds the stream. */
export type PageWord =
  | {
      readonly say: 'here';
      /** Whose page it is: an account's id. */
      readonly user: string;
    }
  | { readonly say: 'leave' };

const hereEveryMs = 20_000;
/** Pages out of sight are woken once a minute only. */
export const forgottenAfterMs = 180_000;

/** The stream, shared with the other pages of this browser where it can be. */
export function openStream(user: string, listener: (news: StreamNews) => void): OpenStream {
  if (!('SharedWorker' in window)) return openServerEvents(listener);
  const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), {
    type: 'module',
    name: 'gridbell-stream',
  });
  const say = (word: PageWord): void => worker.port.postMessage(word);
  const stay = (): void => say({ say: 'here', user });
  const leave = (): void => say({ say: 'leave' });
  worker.port.addEventListener('message', ({ data }: MessageEvent<StreamNews>) => listener(data));
  worker.port.start();
  stay();
  const beat = setInterval(stay, hereEveryMs);
  const comeBack = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) stay();
  };
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', comeBack);
  return {
    close() {
      clearInterval(beat);
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', comeBack);
      leave();
      worker.port.close();
    },
  };
}
