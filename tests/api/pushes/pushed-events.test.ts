import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pushedEvents, pushLimits } from '#api/pushes/pushed-events.ts';
import { GridbellError } from '#model/errors.ts';
import { face, multipart } from '#tests/api/pushes/push-bodies.ts';
import { collectGarbage } from '#tests/support/collect-garbage.ts';
import { fc } from '#tests/support/properties.ts';

const event =
  '{"eventType":"AccessControllerEvent","AccessControllerEvent":{"majorEventType":5,"subEventType":75}}';
const xml =
  '<?xml version="1.0"?><EventNotificationAlert><eventType>heartBeat</eventType></EventNotificationAlert>';

/** In pieces of so many bytes, as a slow line brings it. */
function* pieces(body: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}
const read = async (body: Buffer, type: string, size = 1_000): Promise<string[]> =>
  (await pushedEvents(Readable.from(pieces(body, size)), { 'content-type': type })).map(String);
const codeOf = (reading: Promise<unknown>): Promise<unknown> =>
  reading.then(
    () => 'taken',
    (error: unknown) => (error instanceof GridbellError ? error.code : error),
  );

describe('what is taken out of a body', () => {
  it.each([
    ['JSON', event, 'application/json'],
    ['JSON that says it is something else', event, 'application/octet-stream'],
    ['XML', xml, 'application/xml; charset="UTF-8"'],
    ['JSON behind a byte order mark', `\ufeff${event}`, 'text/plain'],
  ])('%s is one event', async (_, text, type) => {
    expect(await read(Buffer.from(text), type)).toEqual([text]);
  });

  it('nothing is none: it is how devices try whether anybody is there', async () => {
    expect(await read(Buffer.alloc(0), '')).toEqual([]);
    expect(await read(face, 'image/jpeg')).toEqual([]);
  });

  it('of a multipart body each part that is an event, whatever it is called, and no picture', async () => {
    const { body, type } = multipart([
      { name: 'event_log', type: 'application/json', content: event },
      { name: 'Picture', filename: 'face.jpg', type: 'image/jpeg', content: face },
      { name: 'MoveDetection.xml', filename: 'MoveDetection.xml', type: 'text/xml', content: xml },
      { name: 'other', content: event },
      { name: 'Picture', filename: 'plate.jpg', type: 'application/octet-stream', content: face },
    ]);
    for (const size of [1, 7, 64, 100_000]) expect(await read(body, type, size)).toEqual([event, xml, event]);
  });

  it('parts without a disposition, of a mixed body, with a quoted boundary', async () => {
    const body = `--a b\r\nContent-Type: application/xml\r\nContent-Length: ${xml.length}\r\n\r\n${xml}\r\n--a b--\r\n`;
    expect(await read(Buffer.from(body), 'multipart/mixed; boundary="a b"')).toEqual([xml]);
  });

  it('the events of a body whose header says it otherwise: firmware errs', async () => {
    const { body } = multipart([
      { name: 'event_log', type: 'application/json', content: event },
      { name: 'Picture', filename: 'face.jpg', type: 'image/jpeg', content: face },
    ]);
    for (const type of [
      'multipart/form-data; boundary=boundary',
      'multipart/form-data; boundary=--MIME_boundary',
      'multipart/form-data',
      'application/octet-stream',
      '',
    ])
      for (const size of [1, 7, 100_000]) {
        expect(await read(body, type, size), type).toEqual([event]);
        expect(await read(Buffer.concat([Buffer.from('\r\n'), body]), type, size), type).toEqual([event]);
      }
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x'])
      expect(await read(Buffer.from(event), type)).toEqual([event]);
    expect(await read(Buffer.from(`${' '.repeat(400)}${event}`), 'application/json', 700)).toHaveLength(1);
  });

  it('the beginning of a text that is none, since nobody would know otherwise that it came', async () => {
    const utf16 = Buffer.from(`\ufeff${xml}`, 'utf16le');
    expect(await pushedEvents(Readable.from([utf16]), { 'content-type': 'application/xml' })).toEqual([
      utf16.subarray(0, 512),
    ]);
    expect(await read(Buffer.from('eventType=doorForced'), 'text/plain')).toEqual(['eventType=doorForced']);
    expect(await read(Buffer.from('eventType=doorForced'), 'multipart/form-data; boundary=x')).toEqual([
      'eventType=doorForced',
    ]);
    const inner = `--c\r\n\r\n${event}\r\n--c--`;
    const nested = `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n${inner}\r\n--b--\r\n`;
    expect(await read(Buffer.from(nested), 'multipart/form-data; boundary=b')).toEqual([inner]);
    // Beside an event other texts are fields of a form.
    const { body, type } = multipart([
      { name: 'id', content: 'door 1' },
      { name: 'event_log', content: event },
    ]);
    expect(await read(body, type)).toEqual([event]);
  });

  it('a body that is cut in its picture has its event', async () => {
    const { body, type } = multipart([
      { name: 'AccessControllerEvent', type: 'application/json', content: event },
      { name: 'Picture', filename: 'face.jpg', type: 'image/jpeg', content: face },
    ]);
    const end = body.length - 40;
    expect(await read(body.subarray(0, end), type)).toEqual([event]);
  });

  it('half an event is none, and is asked for again', async () => {
    const { body, type } = multipart([{ name: 'event_log', type: 'application/json', content: event }]);
    expect(await codeOf(read(body.subarray(0, body.length - 60), type))).toBe('invalid-input');
    expect(await codeOf(read(Buffer.from('--MIME_boundary\r\nContent-Dis'), type))).toBe('invalid-input');
  });
});

describe('what is refused', () => {
  it('a body without end, an event that is too large, thousands of parts', async () => {
    const big = Buffer.alloc(pushLimits.eventBytes + 1, 0x20);
    big[0] = 0x7b;
    expect(await codeOf(read(big, 'application/json'))).toBe('too-large');
    const { body, type } = multipart([{ name: 'event_log', content: big }]);
    expect(await codeOf(read(body, type))).toBe('too-large');
    const picture = Buffer.alloc(pushLimits.bodyBytes, 1);
    const pictures = multipart([
      { name: 'event_log', content: event },
      { name: 'Picture', type: 'image/jpeg', content: picture },
    ]);
    expect(await codeOf(read(pictures.body, pictures.type, 65_536))).toBe('too-large');
    const many = multipart(Array.from({ length: 200 }, () => ({ name: 'event_log', content: event })));
    expect(await codeOf(read(many.body, many.type))).toBe('too-large');
  });

  it('what is compressed', async () => {
    const zipped = Readable.from([gzipSync(event)]);
    expect(
      await codeOf(pushedEvents(zipped, { 'content-type': 'application/json', 'content-encoding': 'gzip' })),
    ).toBe('unsupported-media-type');
  });

  it('a picture of any size up to the limit costs no memory of its size', async () => {
    const held = (): number => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = held();
    let largest = 0;
    function* endless(): Generator<Buffer> {
      yield Buffer.from('--b\r\nContent-Type: image/jpeg\r\n\r\n');
      for (let sent = 0; sent < 15 * 2 ** 20; sent += 65_536) {
        if (sent % 2 ** 20 === 0) largest = Math.max(largest, held() - before);
        yield Buffer.alloc(65_536, 7);
      }
      yield Buffer.from('\r\n--b--\r\n');
    }
    const read_ = await pushedEvents(Readable.from(endless()), {
      'content-type': 'multipart/form-data; boundary=b',
    });
    expect(read_).toEqual([]);
    expect(largest).toBeLessThan(2 * 2 ** 20);
  });

  it('whatever comes, it ends, with events that stand in it or with a code', async () => {
    const { body, type } = multipart([
      { name: 'event_log', type: 'application/json', content: event },
      { name: 'Picture', filename: 'face.jpg', type: 'image/jpeg', content: face },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: body.length - 1 }),
        fc.nat({ max: 255 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 4_000 }),
        fc.constantFrom(type, 'multipart/form-data; boundary=x', 'multipart/mixed; boundary="-"', ''),
        async (at, byte, isCut, size, given) => {
          const bytes = Buffer.from(body);
          if (!isCut) bytes[at] = byte;
          const result = await pushedEvents(
            Readable.from(pieces(isCut ? bytes.subarray(0, at) : bytes, size)),
            { 'content-type': given },
          ).catch((error: unknown) => error);
          if (result instanceof GridbellError) expect(result.code).toMatch(/^(invalid-input|too-large)$/);
          else for (const each of result as readonly Buffer[]) expect(bytes.includes(each)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
