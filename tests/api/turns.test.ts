import { expect, it } from 'vitest';
import { Turns } from '#api/turns.ts';

it('each caller has so many under way, the rest in order; others do not wait for them', async () => {
  const turns = new Turns({ most: 2, mostWaiting: 3 });
  const begun: string[] = [];
  const works = new Map<string, (failure?: Error) => void>();
  const take = (caller: string, name: string) =>
    turns.take(
      caller,
      () =>
        new Promise<string>((resolve, reject) => {
          begun.push(name);
          works.set(name, (failure) => (failure ? reject(failure) : resolve(name)));
        }),
    );
  const first = take('flow', 'a');
  const second = take('flow', 'b');
  const third = take('flow', 'c');
  const fourth = take('flow', 'd');
  const other = take('somebody', 'x');
  await Promise.resolve();
  expect(begun).toEqual(['a', 'b', 'x']);
  works.get('x')?.();
  expect(await other).toBe('x');

  // One that fails makes room as well.
  works.get('b')?.(new Error('refused'));
  await expect(second).rejects.toThrow('refused');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['a', 'b', 'x', 'c']);

  const fifth = take('flow', 'e');
  const sixth = take('flow', 'f');
  await expect(take('flow', 'g')).rejects.toMatchObject({ code: 'too-many-requests' });
  for (const name of ['a', 'c', 'd', 'e', 'f']) {
    works.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await Promise.all([first, third, fourth, fifth, sixth])).toEqual(['a', 'c', 'd', 'e', 'f']);
});
