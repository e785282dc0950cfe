import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTestFile } from '#app/rule-tests/read-test-file.ts';
import { runTest } from '#app/rule-tests/run-test.ts';
import { describeFailure } from '#cli/rule-tests/describe-failure.ts';
import { libraryFiles } from '#rules/library/load.ts';

const files = globSync(['rules/library/**/*.test.yaml', 'examples/**/*.test.yaml']).sort();
const options = {
  read: (path: string) => readFileSync(path, 'utf8'),
  usualCommunity: 'examples/demo-community.yaml',
};

describe.each(files)('%s', (file) => {
  const planned = readTestFile(file, options);
  if ('problems' in planned) {
    it('has no mistakes', () => expect(planned.problems).toEqual([]));
    return;
  }
  it.each(planned.tests)('$name', async (test) => {
    expect(describeFailure(await runTest(planned, test))).toEqual([]);
  });
});

it('every file of the library has tests beside it', () => {
  const tested = files.map((file) => file.replace(/\.test\.yaml$/, '.yaml'));
  const library = libraryFiles().map(({ pathname }) => `rules/library/${pathname.split('/').at(-1)}`);
  expect(library.length).toBeGreaterThan(5);
  expect(library.filter((file) => !tested.includes(file))).toEqual([]);
});
