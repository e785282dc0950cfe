'use strict';

const { constants } = require('node:fs');
const fs = require('node:fs/promises');
const path = require('node:path');
const { pauseFor } = require('./pause.js');

/** Between two writes, so that a busy flow does not wear out the disk: after a crash the work of this time is done again. */
const restMs = 50;

/**
 * How far a source is, kept so that a kill at any moment leaves either what was written before or what was written last. What comes while
 * one write is under way is written with the next.
 */
class PlaceFile {
  #file;
  #wanted = null;
  #isOver = false;
  #isWriting = false;
  #writing = Promise.resolve();
  #waiting = [];
  #onError;

  /** `onError(error)` is told when it cannot be written; it is tried again with the next change. */
  constructor(file, onError) {
    this.#file = file;
    this.#onError = onError;
  }

  /** undefined: there is none, or what there is says nothing (then it is put aside as FILE.broken). */
  async read() {
    let text;
    try {
      text = await fs.readFile(this.#file, 'utf8');
    } catch (error) {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const place = JSON.parse(text);
      if (place.version === 1 && typeof place.next === 'string' && Array.isArray(place.unfinished))
        return place;
    } catch {
      // As below: not ours.
    }
    await fs.rename(this.#file, `${this.#file}.broken`);
    this.#onError(new Error(`${this.#file}: is no place of a source; it is put aside as .broken`));
    return undefined;
  }

  /** Resolves when this, or what came after it, is on disk; rejects when it could not be written. */
  write(place) {
    this.#wanted = place;
    const written = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    written.catch(() => undefined);
    if (!this.#isWriting) this.#writing = this.#work();
    return written;
  }

  async #work() {
    this.#isWriting = true;
    while (this.#wanted !== null) {
      const waiting = this.#waiting.splice(0);
      const text = `${JSON.stringify({ version: 1, ...this.#wanted })}\n`;
      this.#wanted = null;
      try {
        await replaceFile(this.#file, text);
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        this.#onError(error);
        for (const { reject } of waiting) reject(error);
      }
      if (!this.#isOver) await pauseFor(restMs);
    }
    this.#isWriting = false;
  }

  /** What was wanted last is written; nothing after it. */
  async close() {
    this.#isOver = true;
    await this.#writing;
  }

  /** The node is no more, so there is nothing to go on with. */
  async remove() {
    await this.close();
    await fs.rm(this.#file, { force: true });
  }
}

/**
 * Each write is on disk when it is answered. Not by fsync: where Node's permission model confines the flows (those that Gridbell runs) there is
 * none. Windows does not know the flag.
 */
const { O_CREAT, O_SYNC, O_TRUNC, O_WRONLY } = constants;
const durably = O_CREAT | O_TRUNC | O_WRONLY | (O_SYNC ?? 0);

async function replaceFile(file, text) {
  const folder = path.dirname(file);
  await fs.mkdir(folder, { recursive: true });
  const part = `${file}.part`;
  const handle = await fs.open(part, durably, 0o600);
  try {
    await handle.writeFile(text);
    if (O_SYNC === undefined) await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(part, file);
  await syncFolder(folder);
}

/**
 * The new name is on disk, too. Where that is not to be had, a power cut may bring back the place before: then a little is done again, and nothing is
 * left out.
 */
async function syncFolder(folder) {
  let handle;
  try {
    handle = await fs.open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ERR_ACCESS_DENIED'].includes(error.code)) throw error;
  } finally {
    await handle?.close();
  }
}

module.exports = { PlaceFile };
