import { type FSWatcher, watch } from 'node:fs';
import type { RuleFile } from '#api/ports.ts';
import type { Core } from '#app/core.ts';
import { carryOut, type RuleChanges } from '#app/rule-changes.ts';
import { planRuleFiles } from '#app/rule-files/plan.ts';
import { type RuleFileContent, type RulesDirectory, readRulesDirectory } from '#app/rule-files/rule-file.ts';
import { stopwatch } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import { fileOf, type RuleBody } from '#model/rule-version.ts';

export interface RuleFilesParts {
  readonly directory: string;
  readonly core: Pick<Core, 'execute' | 'configuration' | 'reader'>;
  readonly library: ReadonlyMap<string, RuleBody>;
  readonly log: Log;
}

/** So long nothing may happen until a change is read: editors write in several steps. */
const quietMs = 200;
/** Where something happens all the time, it is read after so long. */
const mostQuietMs = 2_000;
/** A file that is away for less is being written anew. */
const goneAfterMs = 2_000;
/** Not every file system tells of changes. */
const lookEveryMs = 10_000;

/** Keeps the rules in the store as the files of a directory have them. */
export class RuleFiles {
  readonly #parts: RuleFilesParts;
  #known: ReadonlyMap<string, RuleFileContent> = new Map();
  #shown: readonly RuleFile[] = [];
  /** The directory in which files were seen. */
  #identity: string | null = null;
  /** When a file was missed first, ms. */
  readonly #missedAt = new Map<string, number>();
  #told = '';
  #watched: { readonly identity: string; readonly watcher: FSWatcher } | null = null;
  /** When the first change was heard of that is not read yet, ms. */
  #heardAt: number | null = null;
  #soon: NodeJS.Timeout | null = null;
  #later: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: RuleFilesParts) {
    this.#parts = parts;
  }

  /** As they were read last. */
  get files(): readonly RuleFile[] {
    return this.#shown;
  }

  /** Resolves when the files that are there were taken over. What fails is told and tried again. */
  async start(): Promise<void> {
    await this.#look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#watched?.watcher.close();
    for (const timer of [this.#soon, this.#later]) if (timer) clearTimeout(timer);
    await this.#looking;
  }

  /** One look after the other. */
  #look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookOnce());
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    if (this.#isStopped) return;
    this.#heardAt = null;
    try {
      const directory = readRulesDirectory(this.#parts.directory, this.#known);
      this.#known = new Map(directory.files.map((file) => [file.name, file]));
      // What changes from here on is heard of, also while the rest of this look is under way.
      if (this.#watch(directory.identity)) this.#hear();
      await this.#follow(directory, this.#goneFrom(directory));
    } catch (error) {
      this.#unwatch();
      this.#complain(
        `${this.#parts.directory}: ${messageOf(error)}`,
        'the rule files cannot be taken over; the rules stay as they are, and it is tried again',
      );
    }
    if (this.#isStopped) return;
    if (this.#later) clearTimeout(this.#later);
    this.#later = setTimeout(
      () => void this.#look(),
      this.#missedAt.size > 0 ? goneAfterMs + quietMs : lookEveryMs,
    );
  }

  /** Something changed: it is read when it has been quiet for a moment. */
  #hear(): void {
    if (this.#isStopped) return;
    const now = stopwatch();
    this.#heardAt ??= now;
    if (this.#soon && now - this.#heardAt > mostQuietMs) return;
    if (this.#soon) clearTimeout(this.#soon);
    this.#soon = setTimeout(() => {
      this.#soon = null;
      void this.#look();
    }, quietMs);
  }

  /** Answers whether it began to watch just now: what happened before was not heard. */
  #watch(identity: string): boolean {
    if (this.#watched?.identity === identity) return false;
    this.#unwatch();
    const watcher = watch(this.#parts.directory, { persistent: false }, () => this.#hear());
    watcher.on('error', () => this.#unwatch());
    this.#watched = { identity, watcher };
    return true;
  }

  #unwatch(): void {
    this.#watched?.watcher.close();
    this.#watched = null;
  }

  async #follow({ files }: RulesDirectory, gone: ReadonlySet<string>): Promise<void> {
    const { core, library } = this.#parts;
    const { reader } = core;
    let problems: ReadonlyMap<string, RuleFile['problems']> = new Map();
    const done = await carryOut(core, () => {
      const plan = planRuleFiles({
        files,
        gone,
        standing: reader.standingRules(),
        last: (id) => reader.lastRuleVersion(id),
        bases: reader.ruleBases(),
        earlier: (version) => reader.earlierRuleVersions(version),
        library,
      });
      problems = plan.problems;
      // Before it is carried out: who sees the new version finds no mistake of the old text beside it.
      this.#shown = files.map(({ name }) => ({ name, problems: problems.get(name) ?? [] }));
      return plan.changes;
    });
    for (const changes of done) this.#tell(changes);
    const lines = [...problems.values()].flat().map(lineOf);
    this.#complain(
      lines.join('\n'),
      'rule files have mistakes; what of them works is taken over, and no rule that works is replaced',
    );
  }

  /** Files that rules come from and that have been away for long enough. An empty directory may be a disk that is not there. */
  #goneFrom({ files, identity }: RulesDirectory): ReadonlySet<string> {
    const there = new Set(files.map(({ name }) => name));
    if (files.length > 0) this.#identity = identity;
    const isAnother = files.length === 0 && this.#identity !== identity;
    const missed = new Set<string>();
    for (const { origin } of this.#parts.core.reader.standingRules()) {
      const name = fileOf(origin);
      if (name !== null && !there.has(name) && !isAnother) missed.add(name);
    }
    for (const name of this.#missedAt.keys()) if (!missed.has(name)) this.#missedAt.delete(name);
    const now = stopwatch();
    for (const name of missed) if (!this.#missedAt.has(name)) this.#missedAt.set(name, now);
    const gone = [...missed].filter((name) => now - (this.#missedAt.get(name) ?? now) >= goneAfterMs);
    for (const name of gone) this.#missedAt.delete(name);
    return new Set(gone);
  }

  #tell({ actor, changes, reason }: RuleChanges): void {
    const of = (op: string): string[] => changes.filter((change) => change.op === op).map(({ id }) => id);
    this.#parts.log.info(
      { by: actor.id, reason, put: of('put'), deleted: of('delete') },
      'rules were changed',
    );
  }

  /** Once for each mistake, not with every look. */
  #complain(what: string, message: string): void {
    if (what === this.#told) return;
    this.#told = what;
    if (what !== '') this.#parts.log.error({ problems: what.split('\n') }, message);
  }
}

const lineOf = ({ column, file, line, message, path, rule }: RuleFile['problems'][number]): string => {
  const where = line === null ? '' : `:${line}:${column}`;
  const what = rule === null ? '' : ` ${rule}`;
  return `${file ?? ''}${where}${what}${path === '' ? '' : ` ${path}`}: ${message}`;
};
