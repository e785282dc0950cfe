import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();

/**
 * A checkout of another revision beside this one, gone afterwards. It shares our node_modules when both have the same
 * package-lock.json; else it gets its own by `npm ci`. Rejects when git does not know the revision.
 */
export class RevisionCheckout implements AsyncDisposable {
  readonly root: string;
  /** What was asked for, and the commit that it is. */
  readonly label: string;
  readonly #directory: string;

  private constructor(directory: string, root: string, label: string) {
    this.#directory = directory;
    this.root = root;
    this.label = label;
  }

  static async open(revision: string, ours: string): Promise<RevisionCheckout> {
    const commit = git('rev-parse', '--verify', '--short', `${revision}^{commit}`);
    const directory = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
    const root = join(directory, 'gridbell');
    git('worktree', 'add', '--detach', root, commit);
    const lock = (of: string): string => readFileSync(join(of, 'package-lock.json'), 'utf8');
    if (lock(root) === lock(ours)) symlinkSync(join(ours, 'node_modules'), join(root, 'node_modules'));
    else execFileSync('npm', ['ci'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    const label = revision.startsWith(commit) ? commit : `${revision} (${commit})`;
    return new RevisionCheckout(directory, root, label);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    git('worktree', 'remove', '--force', this.root);
    await rm(this.#directory, { recursive: true, force: true });
  }
}
