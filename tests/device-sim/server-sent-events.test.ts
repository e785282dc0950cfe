import { expect, it } from 'vitest';
import { eventsIn, type ServerSentEvent } from '#device-sim/platform/server-sent-events.ts';

const stream =
  ': hello\n\nid: 7\nevent: task\ndata: {"id":"t-1"}\n\nevent:end\ndata:  stopping\n\nid: 8\nevent: ta';

async function* inPieces(length: number): AsyncGenerator<string> {
  for (let from = 0; from < stream.length; from += length) yield stream.slice(from, from + length);
}

it.each([1, 2, 5, 1_000])(
  'events are the same in pieces of %d; one that is not whole is none',
  async (length) => {
    const seen: ServerSentEvent[] = [];
    for await (const event of eventsIn(inPieces(length))) seen.push(event);
    expect(seen).toEqual([
      { id: undefined, event: undefined, data: undefined },
      { id: '7', event: 'task', data: '{"id":"t-1"}' },
      { id: undefined, event: 'end', data: ' stopping' },
    ]);
  },
);
