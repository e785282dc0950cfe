import type { Readable } from 'node:stream';
import { Dicer } from '@fastify/busboy';
import { GridbellError } from '#model/errors.ts';

/** What a push may hold; pictures are counted and not kept. */
export const pushLimits = { bodyBytes: 16 * 2 ** 20, eventBytes: 256 * 2 ** 10, parts: 32 } as const;

/** Read and dropped beyond the limit before the line is cut: an answer to who still sends would be lost with it. */
const mostDroppedBytes = 64 * 2 ** 20;

/**
 * The events of a body, as they stand there: JSON or XML, alone or as parts of a multipart body, whatever type and name the parts
 * have. Pictures and all else are dropped as they come. A body that is cut behind an event has that event. Throws `too-large`,
 * `invalid-input` (cut within its event), `unsupported-media-type`.
 */
export async function pushedEvents(
  body: Readable,
  headers: { readonly 'content-type'?: string | undefined; readonly 'content-encoding'?: string | undefined },
): Promise<readonly Buffer[]> {
  const type = headers['content-type'] ?? '';
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new GridbellError('unsupported-media-type', 'A push is taken as it is, not compressed.');
  if (!/^\s*multipart\//i.test(type)) return await single(body);
  const boundary = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;",]{1,200}))/i.exec(type);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) throw new GridbellError('invalid-input', 'A multipart body names its boundary.');
  return await parts(body, name);
}

async function single(body: Readable): Promise<readonly Buffer[]> {
  const event = new EventText();
  const isCut = await pump(body, async (chunk) => event.add(chunk));
  if (event.isTooLarge) throw tooLarge();
  const text = event.text();
  if (isCut && text !== undefined) throw cut();
  return text === undefined ? [] : [text];
}

async function parts(body: Readable, boundary: string): Promise<readonly Buffer[]> {
  const parser = new Dicer({ boundary, maxHeaderPairs: 32 });
  const found: Promise<Part>[] = [];
  let isCut = false;
  parser.on('error', () => {
    isCut = true;
  });
  parser.on('part', (part: Readable) => void found.push(read(part)));
  const isAborted = await pump(body, async (chunk) => {
    if (found.length > pushLimits.parts) throw tooLarge();
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
  });
  // Its parts end when the parser does, those that are cut with an error.
  parser.end();
  const read_ = await Promise.all(found);
  if (read_.some(({ event, isWhole }) => isWhole && event.isTooLarge)) throw tooLarge();
  const texts = read_.flatMap(({ event, isWhole }) => (isWhole ? (event.text() ?? []) : []));
  if (texts.length === 0 && (isCut || isAborted)) throw cut();
  return texts;
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

/** Collects what begins as JSON or XML does; of all else, such as a picture, not a byte. */
class EventText {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #isEvent: boolean | undefined;

  get isTooLarge(): boolean {
    return this.#bytes > pushLimits.eventBytes;
  }

  add(chunk: Buffer): void {
    if (this.#isEvent === false) return;
    this.#isEvent ??= beginsAsEvent(chunk);
    if (this.#isEvent !== true) return;
    this.#bytes += chunk.length;
    if (this.isTooLarge) this.#chunks = [];
    else this.#chunks.push(chunk);
  }

  /** Undefined: there is none. */
  text(): Buffer | undefined {
    return this.#isEvent === true ? Buffer.concat(this.#chunks) : undefined;
  }
}

/** Undefined: only blanks, so it does not show yet. */
function beginsAsEvent(chunk: Buffer): boolean | undefined {
  const first = chunk
    .subarray(0, 64)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()[0];
  return first === undefined ? undefined : first === '{' || first === '[' || first === '<';
}

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
