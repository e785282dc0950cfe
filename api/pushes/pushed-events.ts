import type { Readable } from 'node:stream';
import { Dicer } from '@fastify/busboy';
import { GridbellError } from '#model/errors.ts';

/** What a push may hold; pictures are counted and not kept. */
export const pushLimits = { bodyBytes: 16 * 2 ** 20, eventBytes: 256 * 2 ** 10, parts: 32 } as const;

/** Read and dropped beyond the limit before the line is cut: an answer to who still sends would be lost with it. */
const mostDroppedBytes = 64 * 2 ** 20;

/**
 * The events of a body, as they stand there: JSON or XML, alone or as parts of a multipart body, whatever type and name the parts
 * have, and whatever the header says of it: firmware errs there. Pictures are dropped as they come. Of a body with a text that is
 * neither the beginning is taken for one, so that it rests in quarantine. A body that is cut behind an event has that event.
 * Throws `too-large`, `invalid-input` (cut within its event), `unsupported-media-type`.
 */
export async function pushedEvents(
  body: Readable,
  headers: { readonly 'content-type'?: string | undefined; readonly 'content-encoding'?: string | undefined },
): Promise<readonly Buffer[]> {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new GridbellError('unsupported-media-type', 'A push is taken as it is, not compressed.');
  const opening = new Opening(headers['content-type'] ?? '');
  let form: Form | undefined;
  const begin = async (): Promise<void> => {
    form = opening.isMultipart ? new PartsOfBody(opening.boundary) : new WholeBody();
    await form.take(opening.bytes);
  };
  const isAborted = await pump(body, async (chunk) => {
    if (form !== undefined) await form.take(chunk);
    else if (opening.add(chunk)) await begin();
  });
  if (form === undefined) await begin();
  return (await form?.end(isAborted)) ?? [];
}

/** Reads a body that comes piece by piece; `end` answers its events, or throws why it has none. */
interface Form {
  take(chunk: Buffer): Promise<void>;
  end(isAborted: boolean): Promise<readonly Buffer[]>;
}

/** Long enough for the longest boundary (RFC 2046 §5.1.1 has 70 characters) and what goes before it. */
const openingBytes = 512;

/** The first bytes of a body: what they are counts more than what the header says. */
class Opening {
  readonly #declared: string | undefined;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(type: string) {
    const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;",]{1,200}))/i.exec(type) ?? [];
    this.#declared = /^\s*multipart\//i.test(type) ? (quoted ?? plain) : undefined;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get isMultipart(): boolean {
    return !beginsAsEvent(this.bytes) && this.#boundary !== undefined;
  }

  get boundary(): string {
    return this.#boundary ?? '';
  }

  /** Answers whether there is enough of it. */
  add(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    return this.#length >= openingBytes;
  }

  /** That of the first line where the declared one is not there. */
  get #boundary(): string | undefined {
    const text = this.bytes.toString('latin1');
    if (this.#declared !== undefined && text.includes(`--${this.#declared}`)) return this.#declared;
    return /^\s*--([^\r\n]{1,200}?)[ \t]*\r\n/.exec(text)?.[1] ?? this.#declared;
  }
}

class WholeBody implements Form {
  readonly #event = new EventText();

  take(chunk: Buffer): Promise<void> {
    this.#event.add(chunk);
    return Promise.resolve();
  }

  end(isAborted: boolean): Promise<readonly Buffer[]> {
    const event = this.#event;
    if (event.isTooLarge) throw tooLarge();
    const text = event.text() ?? event.unread();
    if (isAborted && text !== undefined) throw cut();
    return Promise.resolve(text === undefined ? [] : [text]);
  }
}

class PartsOfBody implements Form {
  readonly #parser: Dicer;
  readonly #found: Promise<Part>[] = [];
  readonly #whole = new EventText();
  #isCut = false;

  constructor(boundary: string) {
    this.#parser = new Dicer({ boundary, maxHeaderPairs: 32 });
    this.#parser.on('error', () => {
      this.#isCut = true;
    });
    this.#parser.on('part', (part: Readable) => void this.#found.push(read(part)));
  }

  async take(chunk: Buffer): Promise<void> {
    if (this.#found.length > pushLimits.parts) throw tooLarge();
    this.#whole.add(chunk);
    await new Promise<void>((resolve) => this.#parser.write(chunk, () => resolve()));
  }

  async end(isAborted: boolean): Promise<readonly Buffer[]> {
    // Its parts end when the parser does, those that are cut with an error.
    this.#parser.end();
    const parts = await Promise.all(this.#found);
    if (parts.length > pushLimits.parts) throw tooLarge();
    if (parts.some(({ event, isWhole }) => isWhole && event.isTooLarge)) throw tooLarge();
    const texts = parts.flatMap(({ event, isWhole }) => (isWhole ? (event.text() ?? []) : []));
    if (texts.length > 0) return texts;
    if (this.#isCut || isAborted) throw cut();
    const unread = [...parts.map(({ event }) => event), ...(parts.length === 0 ? [this.#whole] : [])];
    return unread.flatMap((text) => text.unread() ?? []).slice(0, 1);
  }
}

interface Part {
  readonly event: EventText;
  readonly isWhole: boolean;
}

function read(part: Readable): Promise<Part> {
  const event = new EventText();
  let isWhole = true;
  return new Promise((resolve) => {
    const end = (): void => resolve({ event, isWhole });
    part.on('data', (chunk: Buffer) => event.add(chunk));
    part.on('error', () => {
      isWhole = false;
      end();
    });
    part.on('end', end);
    part.on('close', end);
  });
}

/** Collects what begins as JSON or XML does; of other texts the beginning, and of a picture not a byte. */
class EventText {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #isEvent: boolean | undefined;
  #unread: Buffer | undefined;

  get isTooLarge(): boolean {
    return this.#bytes > pushLimits.eventBytes;
  }

  add(chunk: Buffer): void {
    if (this.#isEvent === false) return;
    this.#isEvent ??= beginsAsEvent(chunk);
    if (this.#isEvent === false && beginsAsText(chunk))
      this.#unread = Buffer.from(chunk.subarray(0, openingBytes));
    if (this.#isEvent !== true) return;
    this.#bytes += chunk.length;
    if (this.isTooLarge) this.#chunks = [];
    else this.#chunks.push(chunk);
  }

  /** Undefined: there is none. */
  text(): Buffer | undefined {
    return this.#isEvent === true ? Buffer.concat(this.#chunks) : undefined;
  }

  /** The beginning of a text that is no event; undefined: it is an event, a picture, or nothing. */
  unread(): Buffer | undefined {
    return this.#unread;
  }
}

/** Undefined: only blanks, so it does not show yet. */
function beginsAsEvent(chunk: Buffer): boolean | undefined {
  const first = firstOf(chunk);
  return first === undefined ? undefined : first === '{' || first === '[' || first === '<';
}

/** Printable, or UTF-16. */
const beginsAsText = (chunk: Buffer): boolean =>
  /^[!-~]/.test(firstOf(chunk) ?? '') ||
  [0xfeff, 0xfffe].includes(chunk.length > 1 ? chunk.readUInt16BE() : 0);

/** Behind blanks and a byte order mark. */
const firstOf = (chunk: Buffer): string | undefined =>
  /[^\s\xef\xbb\xbf]/.exec(chunk.toString('latin1', 0, openingBytes))?.[0];

/** Answers whether the sender broke off. What `take` throws is thrown when the rest was dropped, so that the answer is read. */
async function pump(body: Readable, take: (chunk: Buffer) => Promise<void>): Promise<boolean> {
  let bytes = 0;
  let refusal: unknown;
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostDroppedBytes) break;
      if (refusal !== undefined) continue;
      if (bytes > pushLimits.bodyBytes) refusal = tooLarge();
      else
        await take(chunk).catch((error: unknown) => {
          refusal = error;
        });
    }
  } catch {
    return true;
  }
  if (refusal !== undefined) throw refusal;
  return false;
}

const tooLarge = (): GridbellError =>
  new GridbellError(
    'too-large',
    `A push has ${pushLimits.bodyBytes / 2 ** 20} MiB and ${pushLimits.parts} parts at most, its event ${pushLimits.eventBytes / 2 ** 10} KiB.`,
  );
const cut = (): GridbellError =>
  new GridbellError('invalid-input', 'The body ended before its event did; send it again.');
