import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it } from 'vitest';
import { FlowKeeper } from '#app/flows/flow-keeper.ts';
import { wallClock } from '#model/clock.ts';
import type { Actor } from '#model/record.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const admin: Actor = { kind: 'account', id: 'admin' };

async function opened(root: string) {
  const userDir = join(root, 'flows');
  const directory = join(root, 'versions');
  mkdirSync(userDir, { recursive: true });
  const noted: string[] = [];
  const lines: string[] = [];
  const keeper = new FlowKeeper({
    userDir,
    directory,
    note: async (_actor, detail) => void noted.push(detail),
    clock: wallClock,
    log: pino({}, { write: (line: string) => void lines.push(line) }),
  });
  await keeper.open();
  const put = (label: string): void =>
    writeFileSync(join(userDir, 'flows.json'), JSON.stringify([{ id: label, type: 'tab', label }]));
  return { keeper, directory, noted, put, said: () => lines.join('') };
}

it.each(['', '{}', 'null', '[null]', '[{"id":7}]', '[{"id":"a"'])(
  'a list of versions that says %j is put aside, and what is deployed then is kept',
  async (text) => {
    using root = temporaryDirectory();
    const before = await opened(root.path);
    before.put('one');
    await before.keeper.deployed(admin);
    writeFileSync(join(before.directory, 'versions.json'), text);

    const { directory, keeper, put, said } = await opened(root.path);
    expect(said()).toContain('damaged');
    expect(readdirSync(directory)).toContain('versions.json.broken');
    // What stands was found anew.
    expect(keeper.versions.map(({ added, how }) => [how, added])).toEqual([['found', ['one']]]);
    put('two');
    await keeper.deployed(admin);
    expect(keeper.versions.map(({ added }) => added)).toEqual([['two'], ['one']]);
  },
);

it('a version whose file is gone keeps nobody from starting, and is not found when it is asked for', async () => {
  using root = temporaryDirectory();
  const before = await opened(root.path);
  before.put('one');
  await before.keeper.deployed(admin);
  const [version] = before.keeper.versions;
  rmSync(join(before.directory, `${version?.id}.json`));

  before.put('by hand');
  const { keeper, said } = await opened(root.path);
  expect(said()).toBe('');
  expect(keeper.versions.map(({ how }) => how)).toEqual(['found', 'deploy']);
  await expect(keeper.version(version?.id ?? '')).rejects.toMatchObject({ code: 'not-found' });
});
