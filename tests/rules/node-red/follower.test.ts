import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { until } from '#tests/flow/support/api-client.ts';

interface Item {
  readonly position: string;
  readonly name: string;
}
interface Page {
  readonly items: readonly Item[];
  readonly next: string;
  readonly more: boolean;
}
interface Sending {
  readonly onFinished: () => void;
}
interface Follower {
  readonly unfinished: number;
  start(): void;
  close(isRemoved: boolean): Promise<void>;
}
const { Follower } = createRequire(import.meta.url)('../../../rules/node-red/lib/follower.js') as {
  readonly Follower: new (parts: object) => Follower;
};

const gone = Object.assign(new Error('gone'), { code: 'gone', problem: { oldest: '0' }, afterMs: 1 });

/** Of a source whose pages, or refusals, are those; it waits when it has read all of them. */
function following(pages: readonly (Page | Error)[]) {
  const sent = new Map<string, Sending>();
  const places: { readonly unfinished: readonly string[] }[] = [];
  const left = [...pages];
  const follower = new Follower({
    file: {
      read: async () => undefined,
      write: async (place: (typeof places)[number]) => void places.push(place),
      close: async () => undefined,
    },
    server: 'here',
    window: 10,
    startsNow: false,
    readNow: async () => '0',
    read: async () => {
      const page = left.shift();
      if (page instanceof Error) throw page;
      return page ?? { items: [], next: '9', more: false };
    },
    bell: {
      count: 0,
      after: (_count: number, signal: AbortSignal) =>
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    },
    timeOf: () => '2026-01-01T00:00:00.000Z',
    send: ({ name }: Item, sending: Sending) => void sent.set(name, sending),
    supersede: () => undefined,
    onReading: () => undefined,
    onProblem: () => undefined,
    onProgress: () => undefined,
    onGap: () => undefined,
  });
  follower.start();
  return { follower, sent, places };
}

it('after a backup was put back, a position may be given again: who finishes the old one leaves the new one unfinished', async () => {
  const { follower, places, sent } = following([
    { items: [{ position: '5', name: 'before' }], next: '5', more: true },
    gone,
    { items: [{ position: '5', name: 'afterwards' }], next: '5', more: false },
  ]);
  await until(
    async () => sent.has('afterwards'),
    (isSent) => isSent,
  );
  sent.get('before')?.onFinished();
  expect(follower.unfinished).toBe(1);
  expect(places.at(-1)?.unfinished).toEqual(['5']);
  sent.get('afterwards')?.onFinished();
  expect(follower.unfinished).toBe(0);
  expect(places.at(-1)?.unfinished).toEqual([]);
  await follower.close(false);
});
