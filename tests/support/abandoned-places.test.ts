import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeAbandoned } from '#tests/support/abandoned-places.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

/** No process has such an id. */
const gone = 2 ** 30;

it('what a killed run left mounted is said once and hinders nothing; the rest is removed, what runs is left alone', () => {
  using directory = temporaryDirectory();
  const kept = [`place-${process.pid}`, 'other'];
  const mounted = `place-${gone + 1}`;
  for (const name of [`place-${gone}`, mounted, `place-${gone + 2}`, ...kept])
    mkdirSync(join(directory.path, name, 'inner'), { recursive: true });
  const said: string[] = [];
  removeAbandoned({
    directory: directory.path,
    prefix: 'place-',
    warn: (text) => said.push(text),
    remove: (path) => {
      if (path.endsWith(mounted)) throw new Error('EBUSY: resource busy or locked');
      rmSync(path, { recursive: true });
    },
  });
  expect(readdirSync(directory.path).sort()).toEqual([...kept, mounted].sort());
  expect(said).toEqual([expect.stringMatching(/cannot be removed.*EBUSY/)]);
});
