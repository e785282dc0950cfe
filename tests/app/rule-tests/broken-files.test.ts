import { expect, it } from 'vitest';
import { readTestFile } from '#app/rule-tests/read-test-file.ts';
import { runTest } from '#app/rule-tests/run-test.ts';
import { fc } from '#tests/support/properties.ts';

const whole = {
  rules: [
    { id: 'hot', category: 'c', severity: 'minor', property: 'temperature', when: 'value >= 30', for: '60s' },
  ],
  community: {
    community: { id: 'c1', timezone: 'Asia/Shanghai' },
    places: [{ id: 'b1', kind: 'building', parent: 'c1' }],
    people: [{ id: 'c-lin', role: 'care-staff', places: ['c1'] }],
    devices: [{ id: 'air-1', kind: 'environment', place: 'b1' }],
  },
  with: { devices: [{ id: 'air-2', kind: 'environment', place: 'b1' }] },
  start: '2026-01-01T12:00',
  tests: [
    {
      name: 'one',
      start: '2026-02-01T12:00',
      input: [
        { device: 'air-1', at: '0s', arrives: '5s', repeat: 2, values: { temperature: 31 } },
        {
          device: 'air-2',
          from: '0s',
          to: '60s',
          every: '10s',
          values: { temperature: { from: 20, to: 40 } },
        },
        { mode: 'away', target: 'b1', at: '1m', until: '2m' },
        { 'end-mode': 'away', target: 'b1', at: '90s' },
        { task: 'accept', by: 'c-lin', of: { rule: 'hot' }, at: '2m' },
        { restart: true, at: '70s' },
        { at: '10m' },
      ],
      expect: [
        {
          at: '2m',
          alarms: [{ rule: 'hot', key: 'air-1', 'started-at': '60s' }],
          tasks: [{ assignee: null }],
        },
        { at: '5m', tasks: 1 },
      ],
    },
  ],
};

/** All the ways down to a part of it. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

/** With another part at the end of the path; undefined: without it. */
function changed(value: unknown, [key, ...rest]: readonly string[], part: unknown): unknown {
  if (key === undefined) return part;
  if (Array.isArray(value))
    return value.flatMap((entry: unknown, index) => {
      if (String(index) !== key) return [entry];
      const other = changed(entry, rest, part);
      return other === undefined ? [] : [other];
    });
  return { ...(value as object), [key]: changed((value as Record<string, unknown>)[key], rest, part) };
}

const read = (text: string) =>
  readTestFile('a.test.yaml', { read: () => text, usualCommunity: 'community.yaml' });

it('a file in which any part is anything else runs, or is named a mistake with its place; never more', async () => {
  const part = fc.oneof(
    fc.constant(undefined),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('0s', '1h', 'air-1', 'b1', -1, 1e9, true, '2026-01-01T12:00', [], {}),
  );
  const change = fc.tuple(fc.constantFrom(...pathsOf(whole)), part);
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const file = changes.reduce<unknown>((value, [path, other]) => {
        const isThere = pathsOf(value).some((one) => one.join(' ') === path.join(' '));
        return isThere ? changed(value, path, other) : value;
      }, whole);
      const planned = read(JSON.stringify(file, null, 1) ?? '');
      if ('problems' in planned) {
        expect(planned.problems.length).toBeGreaterThan(0);
        for (const { column, line, message } of planned.problems) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(message).not.toBe('');
        }
      } else for (const test of planned.tests) expect((await runTest(planned, test)).fault).toBeNull();
    }),
    { numRuns: 200 },
  );
});
