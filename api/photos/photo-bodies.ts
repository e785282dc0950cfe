import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GridbellError } from '#model/errors.ts';
import { mostPhotoBytes } from '#model/photo.ts';

/**
 * Of a photo that is too large this much is read and dropped before it is refused: an answer to somebody who still sends would be
 * lost with the connection. Any photo of a telephone is smaller.
 */
const mostDroppedBytes = 64 * 2 ** 20;

/** Photos come as they are, under any name: what they are shows when they are decoded. Too large: 413, readable. */
export function acceptPhotos(app: FastifyInstance): void {
  app.addContentTypeParser(
    ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif', 'application/octet-stream'],
    async (request: FastifyRequest, payload: IncomingMessage) => {
      if (Number(request.headers['content-length']) > mostDroppedBytes) throw tooLarge();
      return await readPhoto(payload);
    },
  );
}

async function readPhoto(payload: AsyncIterable<Buffer>): Promise<Buffer> {
  let chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of payload) {
      length += chunk.length;
      if (length <= mostPhotoBytes) chunks.push(chunk);
      else chunks = [];
      // Who says no length and does not end is cut off.
      if (length > mostDroppedBytes) break;
    }
  } catch (error) {
    throw new GridbellError('invalid-input', 'The photo did not come to its end.', { cause: error });
  }
  if (length > mostPhotoBytes) throw tooLarge();
  return Buffer.concat(chunks);
}

const tooLarge = (): GridbellError =>
  new GridbellError('too-large', `A photo may have ${mostPhotoBytes / 2 ** 20} MB at most.`);

/** Never from a cache, never as anything but a picture. */
export const sendPhoto = (reply: FastifyReply, picture: Buffer): FastifyReply =>
  reply
    .type('image/jpeg')
    .header('content-disposition', 'inline; filename="photo.jpg"')
    .header('cache-control', 'private, no-store')
    .send(picture);
