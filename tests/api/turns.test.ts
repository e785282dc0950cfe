import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Turns } from '#api/turns.ts';
import { wallClock } from '#model/clock.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** Works that end when they are told to, by the name of each; as they began. */
class Works {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, (failure?: Error) => void>();

  readonly begin = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      this.begun.push(name);
      this.#ends.set(name, (failure) => (failure ? reject(failure) : resolve(name)));
    });
  async end(name: string, failure?: Error): Promise<void> {
    this.#ends.get(name)?.(failure);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it('each caller has so many under way, the rest in order; others do not wait for them', async () => {
  const turns = new Turns({ most: 2, mostWaiting: 3, clock: wallClock });
  const works = new Works();
  const take = (caller: string, name: string) => turns.take(caller, null, works.begin(name));
  const first = take('flow', 'a');
  const second = take('flow', 'b');
  const third = take('flow', 'c');
  const fourth = take('flow', 'd');
  const other = take('somebody', 'x');
  await Promise.resolve();
  expect(works.begun).toEqual(['a', 'b', 'x']);
  await works.end('x');
  expect(await other).toBe('x');

  // One that fails makes room as well.
  const refused = expect(second).rejects.toThrow('refused');
  await works.end('b', new Error('refused'));
  await refused;
  expect(works.begun).toEqual(['a', 'b', 'x', 'c']);

  const fifth = take('flow', 'e');
  const sixth = take('flow', 'f');
  const tooMany = expect(take('flow', 'g')).rejects.toMatchObject({ code: 'too-many-requests' });
  // Who does not wait is made to.
  await vi.advanceTimersByTimeAsync(750);
  await tooMany;
  for (const name of ['a', 'c', 'd', 'e', 'f']) await works.end(name);
  expect(await Promise.all([first, third, fourth, fifth, sixth])).toEqual(['a', 'c', 'd', 'e', 'f']);
});

it('what is beyond the pace of its caller begins when there is room, whoever waits; nothing does when turns end', async () => {
  const turns = new Turns({ most: 2, mostWaiting: 10, clock: wallClock });
  const begun: string[] = [];
  const pace = { burst: 3, refillMs: 50 };
  const take = (caller: string, name: string) =>
    turns.take(caller, pace, async () => {
      begun.push(name);
    });
  const all = Promise.allSettled(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => take('flow', name)));
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(['a', 'b', 'c']);
  await take('somebody', 'x');
  expect(begun).toEqual(['a', 'b', 'c', 'x']);
  await vi.advanceTimersByTimeAsync(50);
  expect(begun).toEqual(['a', 'b', 'c', 'x', 'd']);
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toEqual(['a', 'b', 'c', 'x', 'd', 'e', 'f']);

  turns.end();
  expect((await all).map(({ status }) => status)).toEqual([
    ...Array<string>(6).fill('fulfilled'),
    'rejected',
  ]);
  await expect(take('flow', 'h')).rejects.toMatchObject({ code: 'not-ready' });
});
