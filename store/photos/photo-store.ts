import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { photoIdPattern } from '#model/photo.ts';
import { Seal } from '#model/seal.ts';

export interface PhotoStoreOptions {
  /** Made when it is not there. */
  readonly directory: string;
  /** Master key, 32 bytes. */
  readonly key: Uint8Array;
  /** Free space of the disk that photos leave to others, in bytes. */
  readonly reserveBytes: number;
}

const suffix = '.photo';
const isPhotoId = (text: string): boolean => new RegExp(photoIdPattern).test(text);

/**
 * Photos in files of their own, each sealed and bound to its name. A photo is kept before anything names it; what no task
 * names is an orphan, and goes with the next sweep (docs/decisions/155). Times are those of the files.
 */
export class PhotoStore {
  readonly #directory: string;
  readonly #seal: Seal;
  readonly #reserveBytes: number;

  constructor({ directory, key, reserveBytes }: PhotoStoreOptions) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#directory = directory;
    this.#seal = new Seal(key, 'photos');
    this.#reserveBytes = reserveBytes;
  }

  /** Its new id; when it resolves, the photo is on disk. Rejects with a GridbellError `disk-full`. */
  async keep(picture: Uint8Array): Promise<string> {
    const { bavail, bsize } = await statfs(this.#directory);
    if (bavail * bsize < this.#reserveBytes + picture.length)
      throw new GridbellError(
        'disk-full',
        'The disk has no room for photos; what is said in words still arrives.',
      );
    const id = randomBytes(16).toString('hex');
    const path = this.#pathOf(id);
    const file = await open(`${path}.new`, 'wx', 0o600);
    try {
      await file.writeFile(this.#seal.seal(picture, id));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    await this.#syncDirectory();
    return id;
  }

  /** Undefined: there is none (any more). Throws when the file was changed or is of other keys. */
  async read(id: string): Promise<Buffer | undefined> {
    if (!isPhotoId(id)) return undefined;
    const sealed = await readFile(this.#pathOf(id)).catch(ignoreMissing);
    return sealed && this.#seal.open(sealed, id);
  }

  /** Makes photos young again, so that no sweep takes them before a task names them. False: one is not there. */
  async refresh(ids: readonly string[], now: EpochMs): Promise<boolean> {
    const at = now / 1_000;
    for (const id of ids) {
      const done = await utimes(this.#pathOf(id), at, at).then(() => true, ignoreMissing);
      if (done !== true) return false;
    }
    return true;
  }

  /** Deletes what is older than `before` and that no task names, half-written files too; says how many. */
  async sweep(before: EpochMs, isNamed: (id: string) => boolean): Promise<number> {
    let swept = 0;
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      const isOld = ((await stat(path).catch(ignoreMissing))?.mtimeMs ?? before) < before;
      if (!isOld || (name.endsWith(suffix) && isNamed(name.slice(0, -suffix.length)))) continue;
      await rm(path, { force: true });
      swept += 1;
    }
    return swept;
  }

  #pathOf(id: string): string {
    return join(this.#directory, `${id}${suffix}`);
  }

  async #syncDirectory(): Promise<void> {
    const directory = await open(this.#directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
