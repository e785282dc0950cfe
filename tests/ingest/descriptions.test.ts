import { expect, it } from 'vitest';
import { Descriptions } from '#ingest/descriptions.ts';

const said = (topic: string, name: string) => ({ topics: [topic], body: { name } });

it('what is described again as it was is no change: a gateway that connects anew says all of it again', () => {
  const descriptions = new Descriptions();
  expect(descriptions.put('a', said('t', 'one'))).toBe(true);
  expect([...descriptions.takeDirty()]).toHaveLength(1);
  expect(descriptions.put('a', said('t', 'one'))).toBe(true);
  expect([...descriptions.takeDirty()]).toEqual([]);
  expect(descriptions.put('a', said('t', 'two'))).toBe(true);
  expect([...descriptions.takeDirty()]).toEqual([['a', said('t', 'two')]]);
  expect(descriptions.at('t')).toEqual([{ name: 'two' }]);
});

it('a topic has its bound, also for what was described elsewhere before', () => {
  const descriptions = new Descriptions();
  const keys = Array.from({ length: 600 }, (_, index) => `k${index}`);
  for (const key of keys) expect(descriptions.put(key, said(key, key))).toBe(true);
  const taken = keys.filter((key) => descriptions.put(key, said('one', key)));
  expect(taken).toHaveLength(512);
  expect(descriptions.at('one')).toHaveLength(512);
  // What is there may change; what found no room stands as it was.
  expect(descriptions.put('k0', said('one', 'other'))).toBe(true);
  expect(descriptions.at('k599')).toEqual([{ name: 'k599' }]);
  expect(descriptions.put('k1', null)).toBe(true);
  expect(descriptions.put('k599', said('one', 'k599'))).toBe(true);
});
