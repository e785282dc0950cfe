import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

/** What somebody wants of the flows; it outlives a restart of Gridbell. */
export type FlowsWish = 'run' | 'safe' | 'stop';
const wishes: readonly FlowsWish[] = ['run', 'safe', 'stop'];

/** Nobody said anything, or what was said cannot be read: they run. */
export function readWish(path: string): FlowsWish {
  try {
    const { wish } = JSON.parse(readFileSync(path, 'utf8')) as { wish?: unknown };
    return wishes.find((each) => each === wish) ?? 'run';
  } catch {
    return 'run';
  }
}

export function writeWish(path: string, wish: FlowsWish): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, JSON.stringify({ wish }));
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}
