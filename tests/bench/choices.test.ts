import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { choices } from '#bench/registry.ts';
import { stayOnDisk } from '#tests/support/place-in-memory.ts';

stayOnDisk();

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One small run; what it measured by part and name. Times are never asserted. */
async function figuresOf(name: string, numbers: Readonly<Record<string, number>>) {
  const choice = choices.find((found) => found.name === name);
  if (!choice) throw new Error(`no choice ${name}`);
  const defaults = Object.entries(choice.options).map(([option, value]) => [option, value.default] as const);
  const options = {
    numbers: { ...Object.fromEntries(defaults), ...numbers },
    profileTo: null,
    say: () => undefined,
  };
  const figures = await choice.run({ kind: 'gridbell', label: 'ours', root }, options);
  return (part: string, figure: string): number | undefined =>
    figures.find((found) => found.part === part && found.name === figure)?.value;
}

describe('npm run bench choices', () => {
  it('inbox-commit: a commit a message holds one, and a timer gathers many', async () => {
    const value = await figuresOf('inbox-commit', { seconds: 0.1 });
    expect(value('5000 msg/s', 'in a commit: each message')).toBe(1);
    expect(value('5000 msg/s', 'in a commit: 5 ms after the first waits')).toBeGreaterThan(2);
    expect(value('5000 msg/s', '… written: each message / ours')).toBeGreaterThan(1);
  });

  it('ops-transaction: fewer transactions write less, and a start plays again what no snapshot has', async () => {
    const value = await figuresOf('ops-transaction', { seconds: 0.5, rate: 2_000, records: 500 });
    expect(value('2000 msg/s', '… transactions: each step / ours')).toBeGreaterThan(1);
    expect(value('a crash', 'played again: any')).toBe(500);
  });

  it('snapshots: the keys that changed are fewer than all', async () => {
    const value = await figuresOf('snapshots', { most: 500, rounds: 1 });
    expect(value('500 devices', '… of state: all of it / ours')).toBeGreaterThan(5);
  });

  it('sums: integers decide as exact sums do, floats do not', async () => {
    const value = await figuresOf('sums', { decisions: 5_000 });
    for (const part of ['wanders about the limit, 0.1', 'stands at the limit, 0.1']) {
      expect(value(part, 'wrong decisions: integers, running')).toBe(0);
      expect(value(part, 'wrong decisions: floats, running')).toBeGreaterThan(0);
    }
  });

  it('look-ups: all ways answer', async () => {
    const value = await figuresOf('look-ups', { devices: 50, 'look-ups': 100 });
    expect(value('a credential', 'a look-up: Kysely, awaited')).toBeGreaterThan(0);
  });

  it('threads: each layout acknowledges what is sent', async () => {
    const value = await figuresOf('threads', { devices: 10, rate: 100, seconds: 0.3, held: 0 });
    for (const layout of ['two threads', 'one thread', "two, V8's young generation"])
      expect(value('100 msg/s', `acknowledged: ${layout}`)).toBeGreaterThan(50);
  });

  it('are measured on their own checkout alone', async () => {
    const [choice] = choices;
    const other = { kind: 'gridbell', label: 'other', root: '/elsewhere' } as const;
    await expect(choice?.run(other, { numbers: {}, profileTo: null, say: () => undefined })).rejects.toThrow(
      'alone',
    );
  });
});
