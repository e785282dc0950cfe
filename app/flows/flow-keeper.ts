import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FlowsVersion } from '#api/flows-port.ts';
import { changeText, differenceOf, type FlowSummary, summarise } from '#app/flows/flow-text.ts';
import type { Clock } from '#model/clock.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';

/** The flows and, under the installation's key, their credentials, as Node-RED has them in its files. */
export interface KeptFlows {
  readonly flows: string;
  readonly credentials: string | null;
}

export interface FlowKeeperParts {
  /** Node-RED's directory. */
  readonly userDir: string;
  /** Where versions are kept: out of reach of flows. */
  readonly directory: string;
  readonly note: (actor: Actor, detail: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const mostVersions = 50;
const mostBytes = 64 * 1024 * 1024;
/** Nothing of ours writes a larger one. */
const longestFile = 32 * 1024 * 1024;

const itself: Actor = { kind: 'system', id: 'system' };

/**
 * Keeps what was deployed: brings each deploy to the disk, notes who made it and what it changed, and keeps the versions before,
 * to be put back. One thing at a time.
 */
export class FlowKeeper {
  readonly #parts: FlowKeeperParts;
  #versions: readonly FlowsVersion[] = [];
  #summary: FlowSummary | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: FlowKeeperParts) {
    this.#parts = parts;
  }

  /** Newest first; the first is what stands. */
  get versions(): readonly FlowsVersion[] {
    return this.#versions;
  }

  /** Reads what is kept, and keeps what was put there while Gridbell did not run. Never rejects. */
  async open(): Promise<void> {
    await this.#inTurn(async () => {
      const { directory, log } = this.#parts;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      this.#versions = await this.#readIndex();
      const [newest] = this.#versions;
      // Where that one cannot be read, only what is different is not known.
      if (newest)
        this.#summary = await this.#kept(newest.id).then(
          ({ flows }) => summarise(flows),
          () => null,
        );
      await this.#take(itself, 'found', 'found as the files say');
      log.debug({ versions: this.#versions.length }, 'flows: versions are kept');
    }).catch((error: unknown) => this.#complain(error));
  }

  /** Somebody deployed; resolves when it is on disk, kept and noted. Never rejects. */
  deployed(actor: Actor, how = 'deploy'): Promise<void> {
    return this.#inTurn(() => this.#take(actor, how, how)).catch((error: unknown) => this.#complain(error));
  }

  /** @throws GridbellError `not-found`. */
  version(id: string): Promise<KeptFlows> {
    if (!this.#versions.some((version) => version.id === id))
      throw new GridbellError('not-found', `There is no version ${id} of the flows.`);
    return this.#kept(id);
  }

  /** Writes the files, for flows that do not run. */
  async write({ credentials, flows }: KeptFlows): Promise<void> {
    await this.#inTurn(async () => {
      const { userDir } = this.#parts;
      if (credentials !== null) await writeDurably(userDir, 'flows_cred.json', credentials);
      await writeDurably(userDir, 'flows.json', flows);
    });
  }

  async #take(actor: Actor, how: string, words: string): Promise<void> {
    const { clock, directory, note, userDir } = this.#parts;
    const flows = await readDurable(join(userDir, 'flows.json'));
    if (flows === null) return;
    const credentials = await readDurable(join(userDir, 'flows_cred.json'));
    await syncDirectory(userDir);
    const hash = createHash('sha256')
      .update(flows)
      .update('\0')
      .update(credentials ?? '')
      .digest('hex');
    if (this.#versions[0]?.hash === hash) {
      if (how !== 'found') await note(actor, `${words}: nothing is different`);
      return;
    }
    const at = clock.now();
    const id = `${new Date(at)
      .toISOString()
      .replace(/[^0-9]/g, '')
      .slice(0, 17)}-${hash.slice(0, 12)}`;
    const summary = summarise(flows);
    const change = differenceOf(this.#summary, summary);
    const bytes = Buffer.byteLength(flows) + Buffer.byteLength(credentials ?? '');
    await writeDurably(directory, `${id}.json`, JSON.stringify({ flows, credentials }));
    const version: FlowsVersion = {
      id,
      at,
      by: actor.id,
      how,
      hash,
      tabs: summary?.tabs ?? null,
      nodes: summary?.nodes ?? null,
      ...change,
      bytes,
    };
    const { dropped, kept } = bounded([version, ...this.#versions]);
    await writeDurably(directory, 'versions.json', JSON.stringify(kept));
    this.#versions = kept;
    this.#summary = summary;
    for (const old of dropped) await rm(join(directory, `${old.id}.json`), { force: true });
    await note(actor, `${words}: ${changeText(summary, change)} (version ${id})`);
  }

  /** What is damaged is put aside, so that what comes is kept again; the versions themselves stay beside it. */
  async #readIndex(): Promise<readonly FlowsVersion[]> {
    const path = join(this.#parts.directory, 'versions.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return [];
    const versions = versionsIn(text);
    if (versions) return versions;
    await rename(path, `${path}.broken`);
    this.#parts.log.error(
      { path },
      'flows: the list of versions is damaged and put aside as .broken; those that it named are files beside it',
    );
    return [];
  }

  async #kept(id: string): Promise<KeptFlows> {
    try {
      return JSON.parse(await readFile(join(this.#parts.directory, `${id}.json`), 'utf8')) as KeptFlows;
    } catch (error) {
      throw new GridbellError('not-found', `The file of version ${id} of the flows is gone or damaged.`, {
        cause: error,
      });
    }
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #complain(error: unknown): void {
    this.#parts.log.error(
      { error: messageOf(error) },
      'flows: what was deployed could not be kept as a version; the flows themselves are in flows/flows.json',
    );
  }
}

/** As many as there may be; what stands and what stood before it are always kept. */
function bounded(all: readonly FlowsVersion[]) {
  let bytes = 0;
  const kept = all.filter((version, index) => {
    bytes += version.bytes;
    return index < 2 || (index < mostVersions && bytes <= mostBytes);
  });
  return { kept, dropped: all.filter((version) => !kept.includes(version)) };
}

function versionsIn(text: string): readonly FlowsVersion[] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const isOne = (each: unknown): boolean =>
      typeof each === 'object' && each !== null && 'id' in each && typeof each.id === 'string';
    return Array.isArray(parsed) && parsed.every(isOne) ? (parsed as readonly FlowsVersion[]) : null;
  } catch {
    return null;
  }
}

/** The text of a file, which is on the disk then; null: there is none. Follows no link: the directory is the flows' to write. */
async function readDurable(path: string): Promise<string | null> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { size } = await file.stat();
    if (size > longestFile) throw new Error(`${path} has ${size} bytes, which nothing of Gridbell's writes`);
    await file.sync();
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function writeDurably(directory: string, name: string, text: string): Promise<void> {
  const path = join(directory, name);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncDirectory(directory);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
