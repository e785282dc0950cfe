import type { Sharp, SharpOptions } from 'sharp';
import { second } from '#model/brand.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

/** The longer side of a picture that is kept, in pixels. */
const mostSide = 2_560;
/** What is bigger when it is unpacked is refused before it is: a small file may unpack to gigabytes. */
const mostPixels = 60_000_000;
const quality = 82;
const longest = 15 * second;
/** How many wait to be drawn anew at a time; one is drawn. */
const mostWaiting = 8;

type MakeSharp = (input: Uint8Array, options: SharpOptions) => Sharp;

/**
 * Makes JPEGs of ours out of photos of anybody's: decoded by what is in them, whatever they are called; turned the right
 * way up, made smaller, and written anew from the pixels alone, so that nothing that stood beside them (place, device,
 * time, a thumbnail, code behind the end) comes through. One at a time: a picture takes up to 240 MB while it is drawn.
 */
export class PictureDesk {
  #sharp: Promise<MakeSharp> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Rejects with a GridbellError: `unsupported-media-type`, `invalid-input` (damaged, too many pixels), `too-many-requests`. */
  async draw(photo: Uint8Array): Promise<Buffer> {
    refuseOthers(photo);
    if (this.#waiting >= mostWaiting)
      throw new GridbellError(
        'too-many-requests',
        'Many photos are coming in just now; try again in a moment.',
      );
    this.#waiting += 1;
    const drawn = this.#last.then(() => this.#draw(photo));
    this.#last = drawn.catch(() => undefined);
    try {
      return await drawn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #draw(photo: Uint8Array): Promise<Buffer> {
    this.#sharp ??= loadSharp();
    const sharp = await this.#sharp;
    try {
      return await sharp(photo, { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true })
        .autoOrient()
        .resize({ width: mostSide, height: mostSide, fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#ffffff' })
        .jpeg({ quality, mozjpeg: true })
        .timeout({ seconds: longest / second })
        .toBuffer();
    } catch (error) {
      const detail = /pixel limit/.test(messageOf(error))
        ? `This photo has more than ${mostPixels / 1_000_000} million pixels; send a smaller one.`
        : 'This photo is damaged, or no photo; take it again.';
      throw new GridbellError('invalid-input', detail, { cause: error });
    }
  }
}

/** Only when the first photo comes: most of what Gridbell does needs no pictures. */
async function loadSharp(): Promise<MakeSharp> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  // Of the many decoders only those of photos: each is a way in for what is not one.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
  return sharp;
}

const startsWith = (photo: Uint8Array, ...bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => photo[index] === byte);
const ascii = (photo: Uint8Array, from: number, to: number): string =>
  Buffer.from(photo.subarray(from, to)).toString('latin1');

/** By their first bytes; whether the rest holds what they promise is the decoder's to say. */
function refuseOthers(photo: Uint8Array): void {
  const isJpeg = startsWith(photo, 0xff, 0xd8, 0xff);
  const isPng = startsWith(photo, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const isWebp = ascii(photo, 0, 4) === 'RIFF' && ascii(photo, 8, 12) === 'WEBP';
  if (isJpeg || isPng || isWebp) return;
  const isHeic = ascii(photo, 4, 8) === 'ftyp';
  throw new GridbellError(
    'unsupported-media-type',
    isHeic
      ? 'This is a photo in HEIC; send it as JPEG (the camera settings call it "most compatible").'
      : 'This is no photo in JPEG, PNG or WebP.',
  );
}
