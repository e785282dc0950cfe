import type { FastifyInstance, FastifyReply } from 'fastify';
import { mostPhotoBytes } from '#model/photo.ts';

/** Photos come as they are, under any name: what they are shows when they are decoded. */
export function acceptPhotos(app: FastifyInstance): void {
  app.addContentTypeParser(
    ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif', 'application/octet-stream'],
    { parseAs: 'buffer', bodyLimit: mostPhotoBytes },
    (_request, body, done) => done(null, body),
  );
}

/** Never from a cache, never as anything but a picture. */
export const sendPhoto = (reply: FastifyReply, picture: Buffer): FastifyReply =>
  reply
    .type('image/jpeg')
    .header('content-disposition', 'inline; filename="photo.jpg"')
    .header('cache-control', 'private, no-store')
    .send(picture);
