/// <reference lib="webworker" />
/**
 * One stream for all pages of the console that a browser has open: browsers allow six connections to a server at a time,
 * and a stream for each page would leave the seventh without an answer.
 */
import { type OpenStream, openServerEvents, type StreamNews } from './server-events.ts';
import { forgottenAfterMs, type PageWord } from './shared-stream.ts';

declare const self: SharedWorkerGlobalScope;

interface OpenPage {
  readonly user: string;
  /** When it was heard of last, ms since 1970: a page that is gone says nothing. */
  readonly heardAt: number;
}
const pages = new Map<MessagePort, OpenPage>();
let stream: OpenStream | undefined;
let isOpen = false;

const sessionEnded: StreamNews = { kind: 'event', name: 'end', data: '{"reason":"session"}' };

function tell(news: StreamNews): void {
  if (news.kind !== 'event') isOpen = news.kind === 'open';
  for (const page of pages.keys()) page.postMessage(news);
}

function close(): void {
  stream?.close();
  stream = undefined;
  isOpen = false;
}

function leave(page: MessagePort): void {
  pages.delete(page);
  if (pages.size === 0) close();
}

/** Somebody else signed in: pages that were the one's before say so, and the stream is that of who is here now. */
function begin(page: MessagePort, user: string): void {
  for (const [other, known] of pages) {
    if (known.user === user) continue;
    pages.delete(other);
    other.postMessage(sessionEnded);
    close();
  }
  pages.set(page, { user, heardAt: Date.now() });
  if (isOpen) page.postMessage({ kind: 'open' } satisfies StreamNews);
  stream ??= openServerEvents(tell);
}

self.addEventListener('connect', ({ ports: [page] }) => {
  if (!page) return;
  page.addEventListener('message', ({ data }: MessageEvent<PageWord>) => {
    if (data.say === 'leave') leave(page);
    else if (pages.get(page)?.user === data.user) pages.set(page, { user: data.user, heardAt: Date.now() });
    // New, or taken for gone meanwhile.
    else begin(page, data.user);
  });
  page.start();
});

setInterval(() => {
  for (const [page, { heardAt }] of pages) if (Date.now() - heardAt > forgottenAfterMs) leave(page);
}, 30_000);
