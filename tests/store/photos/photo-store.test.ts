import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { epochMs, hour } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import { PhotoStore } from '#store/photos/photo-store.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const key = new Uint8Array(32).fill(7);
const picture = Buffer.from('a picture of the broken lamp');

describe('the photos of a data directory', () => {
  it('come out as they went in, and rest sealed', async () => {
    using directory = temporaryDirectory();
    const store = new PhotoStore({ directory: directory.path, key, reserveBytes: 0 });
    const id = await store.keep(picture);
    expect(await store.read(id)).toEqual(picture);
    const [file = ''] = readdirSync(directory.path);
    expect(readFileSync(join(directory.path, file)).includes('lamp')).toBe(false);
    const later = new PhotoStore({ directory: directory.path, key, reserveBytes: 0 });
    expect(await later.read(id)).toEqual(picture);
  });

  it('cannot be exchanged for one another, nor opened with other keys', async () => {
    using directory = temporaryDirectory();
    const store = new PhotoStore({ directory: directory.path, key, reserveBytes: 0 });
    const [one, other] = [await store.keep(picture), await store.keep(Buffer.from('x'))];
    writeFileSync(join(directory.path, `${one}.photo`), readFileSync(join(directory.path, `${other}.photo`)));
    await expect(store.read(one)).rejects.toThrow();
    const stranger = new PhotoStore({ directory: directory.path, key: new Uint8Array(32), reserveBytes: 0 });
    await expect(stranger.read(other)).rejects.toThrow();
  });

  it('are not found by anything that is no id', async () => {
    using directory = temporaryDirectory();
    const store = new PhotoStore({ directory: directory.path, key, reserveBytes: 0 });
    expect(await store.read('../keys.json')).toBeUndefined();
    expect(await store.read('0'.repeat(32))).toBeUndefined();
    expect(await store.refresh(['0'.repeat(32)], wallClock.now())).toBe(false);
  });

  it('that no task names go with a sweep when they are old, and half-written ones too', async () => {
    using directory = temporaryDirectory();
    const store = new PhotoStore({ directory: directory.path, key, reserveBytes: 0 });
    const [orphan, named, young, rescued] = [
      await store.keep(picture),
      await store.keep(picture),
      await store.keep(picture),
      await store.keep(picture),
    ];
    const half = join(directory.path, `${'a'.repeat(32)}.photo.new`);
    writeFileSync(half, 'half');
    const now = wallClock.now();
    const longAgo = (now - 2 * hour) / 1_000;
    for (const id of [orphan, named, rescued])
      utimesSync(join(directory.path, `${id}.photo`), longAgo, longAgo);
    utimesSync(half, longAgo, longAgo);
    expect(await store.refresh([rescued], now)).toBe(true);
    expect(await store.sweep(epochMs(now - hour), (id) => id === named)).toBe(2);
    expect(await store.read(orphan)).toBeUndefined();
    for (const id of [named, young, rescued]) expect(await store.read(id)).toEqual(picture);
    expect(readdirSync(directory.path)).toHaveLength(3);
  });

  it('leave the reserve of the disk alone', async () => {
    using directory = temporaryDirectory();
    const store = new PhotoStore({ directory: directory.path, key, reserveBytes: 2 ** 60 });
    await expect(store.keep(picture)).rejects.toMatchObject({ code: 'disk-full' });
    expect(readdirSync(directory.path)).toEqual([]);
  });
});
