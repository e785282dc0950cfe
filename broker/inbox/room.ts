import { type FreeSpace, fairShare, freeSpace, waterMark } from '#broker/inbox/free-space.ts';
import type { Room } from '#broker/ports.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

/** What room there is for the inbox, and why. While it is `none`, what is vital is still tried, and a trial write each second. */
export interface DiskRoom {
  readonly state: Room;
  /** Of the file system; null when it cannot be told. */
  readonly freeBytes: number | null;
  /** What is left of the reserve. */
  readonly reserveBytes: number;
  /** In words, for operators; null while it is ample. */
  readonly reason: string | null;
  /** Whether it is not the disk that has little room, but what comes behind the inbox. */
  readonly isHeldBack: boolean;
}

export interface RoomOptions {
  readonly directory: string;
  /** Wanted as free space, and as reserve beside it; 0: neither is kept. Each is at most 5 % of the file system. */
  readonly reserveBytes: number;
  /** Called when the state changes, after the fact; not for the state that is found first. */
  readonly onRoom: (room: DiskRoom) => void;
}

/** Room is ample again at so many times the mark, so that the state does not flutter around it. */
const ampleAgain = 1.5;
const megabyte = 2 ** 20;

/** Judges what room there is for the inbox, and keeps the answer for those who are refused. */
export class RoomJudge {
  readonly #options: RoomOptions;
  #state: Room = 'ample';
  #reason: string | null = null;
  #space: FreeSpace | null = null;
  #refusal: GridbellError | null = null;
  /** Why what comes behind the inbox takes no more; null: it does. */
  #heldBack: string | null = null;
  /** Whether that is why it is tight. */
  #isHeldBack = false;
  /** Nobody is there yet who could hear of the first look. */
  #isTelling = false;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.look(0, 0);
    this.#isTelling = true;
  }

  get state(): Room {
    return this.#state;
  }
  get reason(): string | null {
    return this.#reason;
  }
  get isHeldBack(): boolean {
    return this.#isHeldBack;
  }
  get freeBytes(): number | null {
    return this.#space?.freeBytes ?? null;
  }
  /** What a segment, a commit, a log may take at most: little on a small disk, or nothing could ever be trimmed. */
  get shareBytes(): number {
    return this.#space === null ? Number.MAX_SAFE_INTEGER : fairShare(this.#space);
  }
  /** The free bytes below which it is tight; 0 when nothing is kept. */
  get markBytes(): number {
    return this.#space === null ? 0 : waterMark(this.#space, this.#options.reserveBytes);
  }

  /** Counts from the next look on. */
  holdBack(reason: string | null): void {
    this.#heldBack = reason;
  }

  /** Looks at the free space; `missing`: bytes that the reserve still wants. Never ends `none`: only a write that works does. */
  look(missing: number, reserveBytes: number): void {
    try {
      this.#space = freeSpace(this.#options.directory);
    } catch {
      // A disk that cannot even be asked is told by the next commit.
      return;
    }
    if (this.#state !== 'none') this.#judge(missing, reserveBytes);
  }

  /** A write worked. */
  worked(missing: number, reserveBytes: number): void {
    if (this.#state !== 'none') return;
    // From here the way to `ample` leads over the higher mark.
    this.#state = 'tight';
    this.#judge(missing, reserveBytes, 'none');
  }

  /** The full disk took no ordinary records, but what is vital. */
  onlyVital(error: unknown, reserveBytes: number): void {
    this.#become(
      'tight',
      `the disk is full (${messageOf(error)}): only what is vital is written`,
      reserveBytes,
    );
  }

  /** Not even what is vital was written. */
  failed(error: unknown, reserveBytes: number): void {
    this.#become('none', `nothing can be written: ${messageOf(error)}`, reserveBytes);
  }

  /** What an ordinary record is refused with: one error for all, since thousands may be refused a second. */
  refusal(): GridbellError {
    this.#refusal ??= new GridbellError(
      'disk-full',
      `the inbox in ${this.#options.directory} takes no ordinary records: ${this.#reason ?? 'too little room'}`,
      { extra: { room: this.#state } },
    );
    return this.#refusal;
  }

  #judge(missing: number, reserveBytes: number, before: Room = this.#state): void {
    if (this.#space === null) return;
    const mark = this.markBytes;
    const { freeBytes } = this.#space;
    const wasTight = this.#state !== 'ample' && !this.#isHeldBack;
    const enough = wasTight ? mark * ampleAgain + missing : mark;
    if (freeBytes >= enough)
      this.#become(this.#heldBack === null ? 'ample' : 'tight', this.#heldBack, reserveBytes, before);
    else {
      const reason = `${inMegabytes(freeBytes)} MB of the disk are free, ${inMegabytes(enough)} are wanted: only what is vital is written`;
      this.#become('tight', reason, reserveBytes, before);
    }
  }

  #become(state: Room, reason: string | null, reserveBytes: number, before = this.#state): void {
    this.#state = state;
    this.#reason = reason;
    this.#isHeldBack = reason !== null && reason === this.#heldBack;
    this.#refusal = null;
    if (state !== before && this.#isTelling)
      this.#options.onRoom({
        state,
        freeBytes: this.freeBytes,
        reserveBytes,
        reason,
        isHeldBack: this.isHeldBack,
      });
  }
}

const inMegabytes = (bytes: number): string => (bytes / megabyte).toFixed(bytes < 10 * megabyte ? 1 : 0);
