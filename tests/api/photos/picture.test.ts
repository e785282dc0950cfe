import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PictureDesk } from '#api/photos/picture.ts';

const desk = new PictureDesk();
const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#3a6' } });

/** As a phone makes it: lying on its side, and saying where it was taken and with what. */
const phonePhoto = () =>
  flat(640, 480)
    .jpeg()
    .withExif({
      IFD0: { Make: 'Tattletale', Model: 'Phone 9' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '30/1 40/1 12/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '113/1 10/1 0/1',
      },
    })
    .withMetadata({ orientation: 6 })
    .toBuffer();

describe('a photo that comes in', () => {
  it('is written anew: turned the right way up, without place, device and time', async () => {
    const photo = await phonePhoto();
    expect(photo.includes('Tattletale')).toBe(true);
    const before = await sharp(photo).metadata();
    expect(before.orientation).toBe(6);
    const after = await desk.draw(photo);
    expect(after.includes('Tattletale')).toBe(false);
    const { exif, format, height, icc, iptc, orientation, width, xmp } = await sharp(after).metadata();
    expect({ exif, format, height, icc, iptc, orientation, width, xmp }).toEqual({
      format: 'jpeg',
      width: 480,
      height: 640,
    });
  });

  it('is kept with at most 2,560 pixels on its longer side, and never enlarged', async () => {
    const { width, height } = await sharp(
      await desk.draw(await flat(5_000, 2_000).png().toBuffer()),
    ).metadata();
    expect([width, height]).toEqual([2_560, 1_024]);
    const small = await sharp(await desk.draw(await flat(40, 30).webp().toBuffer())).metadata();
    expect([small.width, small.height]).toEqual([40, 30]);
  });

  it('loses what is hidden behind its end', async () => {
    const photo = Buffer.concat([await phonePhoto(), Buffer.from('<script>alert(1)</script>')]);
    expect((await desk.draw(photo)).includes('script')).toBe(false);
  });

  it('is judged by its content, not by its name: pictures that are programs or documents are refused', async () => {
    const others = [
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
      Buffer.from('GIF89a......'),
      Buffer.from('%PDF-1.7'),
      Buffer.from('MZ'),
      Buffer.alloc(0),
    ];
    for (const other of others)
      await expect(desk.draw(other)).rejects.toMatchObject({ code: 'unsupported-media-type' });
    const heic = Buffer.concat([Buffer.alloc(4), Buffer.from('ftypheic')]);
    await expect(desk.draw(heic)).rejects.toThrow(/HEIC/);
  });

  it('that unpacks to more than there is room for is refused before it does', async () => {
    const bomb = await flat(8, 8).png().toBuffer();
    // Width and height in the header, and the checksum over it.
    bomb.writeUInt32BE(30_000, 16);
    bomb.writeUInt32BE(30_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    await expect(desk.draw(bomb)).rejects.toThrow(/60 million pixels/);
  });

  it('that is damaged is refused, and the next one is drawn all the same', async () => {
    const photo = await phonePhoto();
    const damaged = Buffer.concat([photo.subarray(0, 30), Buffer.alloc(400, 0xab)]);
    const [bad, good] = await Promise.allSettled([desk.draw(damaged), desk.draw(photo)]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'invalid-input' } });
    expect(good.status).toBe('fulfilled');
  });

  it('waits for its turn, and is sent away where too many wait', async () => {
    const photo = await phonePhoto();
    const many = await Promise.allSettled(Array.from({ length: 12 }, () => desk.draw(photo)));
    const refused = many.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(4);
    for (const each of refused) expect(each.reason).toMatchObject({ code: 'too-many-requests' });
  });
});
