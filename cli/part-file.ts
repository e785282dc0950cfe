import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { CommandFailure } from '#cli/failure.ts';
import { messageOf } from '#model/errors.ts';

/** A file that has its name only when it is whole: until then it stands as `NAME.part`, for its owner alone. */
export class FileToBe {
  readonly #name: string;
  readonly #handle: FileHandle;

  private constructor(name: string, handle: FileHandle) {
    this.#name = name;
    this.#handle = handle;
  }

  /** Throws CommandFailure when it cannot be written there. */
  static async open(name: string): Promise<FileToBe> {
    try {
      return new FileToBe(name, await open(`${name}.part`, 'w', 0o600));
    } catch (error) {
      throw unwritable(name, error);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#handle.writeFile(bytes);
    } catch (error) {
      throw unwritable(this.#name, error);
    }
  }

  /** On disk, and under its name. */
  async finish(): Promise<void> {
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(`${this.#name}.part`, this.#name);
    } catch (error) {
      throw unwritable(this.#name, error);
    }
  }

  /** Nothing of it stays. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(`${this.#name}.part`, { force: true });
  }
}

const unwritable = (name: string, error: unknown): CommandFailure =>
  new CommandFailure(
    `${name} cannot be written: ${messageOf(error)}; check the path and the room on the disk`,
    {
      cause: error,
    },
  );
