import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { localTime } from '#ingest/dialects/local-time.ts';
import { LocalOffsets } from '#ingest/local-offsets.ts';
import { fc } from '#tests/support/properties.ts';

const formats = ["yyyy-MM-dd'T'HH:mm:ss", 'dd/MM/yyyy HH:mm:ss', 'yyyy-MM-dd HH:mm:ss'];
const zones = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  // Its summer time is half an hour.
  'Australia/Lord_Howe',
  'UTC',
];

test('a clock of the zone showed a local time that was read, also where clocks are changed', () => {
  const offsets = new LocalOffsets();
  // Around changes of clocks times are close together.
  const changes = [
    '2026-03-29T01:00:00Z',
    '2026-10-25T01:00:00Z',
    '2026-03-08T07:00:00Z',
    '2026-04-04T15:00:00Z',
  ];
  const moment = fc.oneof(
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -7_200, max: 7_200 }))
      .map(([change, seconds]) => Date.parse(change) + seconds * 1_000),
    fc.integer({ min: 1_577_836_800, max: 1_900_000_000 }).map((seconds) => seconds * 1_000),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...formats),
      moment,
      fc.integer({ min: 0, max: 3 }),
      (timezone, format, at, shift) => {
        // Also times that no clock there showed.
        const wall = DateTime.fromMillis(at, {
          zone: zones[(zones.indexOf(timezone) + shift) % zones.length] ?? 'UTC',
        });
        const text = wall.toFormat(format);
        const read = localTime(text, formats, { offsets, timezone });
        const stamp = read.kind === 'stamp' ? Number(read.stamp) : Number.NaN;
        const shows = (epochMs: number): string =>
          DateTime.fromMillis(epochMs, { zone: timezone }).toFormat(format);
        // An hour that is left out was shown by no clock: then it is that of the clock before or after.
        const hours = [-1, -0.5, 0, 0.5, 1].map((hour) => stamp + hour * 3_600_000);
        expect(shows(stamp) === text || !hours.some((each) => shows(each) === text)).toBe(true);
        // The same again, whatever was asked before.
        expect(localTime(text, formats, { offsets: new LocalOffsets(), timezone })).toEqual(read);
      },
    ),
    { numRuns: 5_000 },
  );
});

test.each([
  '2026-02-30T10:00:00',
  '2026-13-01T10:00:00',
  '2026-01-01T24:00:00',
  '2026-01-01T10:60:00',
  '0000-00-00T00:00:00',
  'now',
  '',
])('"%s" is no time', (text) => {
  expect(localTime(text, formats, { offsets: new LocalOffsets(), timezone: 'Asia/Shanghai' })).toEqual({
    kind: 'none',
  });
});
