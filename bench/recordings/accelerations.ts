import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Part, Recording, Said } from './recording.ts';

/** Half a minute of somebody who falls or does something else, with an accelerometer on the body. */
export interface Movement extends Recording {
  readonly set: string;
  /** Where the sensor was worn. */
  readonly worn: string;
  /** What was done, as the set calls it; falls apart. */
  readonly activity: string;
  readonly isFall: boolean;
}

const device = 'sensor';
const devices = [{ id: device, kind: 'wearable' }];

/** SisFall: young people (SA) who fall and older ones (SE) who do not. Rules were chosen on half of them. */
const tunedOn: ReadonlySet<string> = new Set(['SA01', 'SA02', 'SE01', 'SE02']);

/** Every recording of a movement, set by set. */
export function* movements(data: string): Generator<Movement> {
  for (const file of globSync(join(data, 'sisfall/*/*.txt.gz')).toSorted()) yield sisfall(file);
  for (const file of globSync(join(data, 'umafall/*.csv.gz')).toSorted()) yield* umafall(file);
  for (const file of globSync(join(data, 'imu_falls_lsm6dso/*.csv.gz')).toSorted()) yield imu(file);
  for (const file of globSync(join(data, 'assistiot_stairs_no_fall/*.csv.gz')).toSorted()) yield stairs(file);
}

const rowsOf = (file: string, options: { delimiter: string; comment?: string; from?: number }): string[][] =>
  parse(gunzipSync(readFileSync(file)), {
    delimiter: options.delimiter,
    from_line: options.from ?? 1,
    ...(options.comment === undefined ? {} : { comment: options.comment, comment_no_infix: true }),
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    trim: true,
  });

/** What the sensor says: how hard it is pulled, whatever the direction; g, 1 at rest. */
const magnitude = (x: number, y: number, z: number, unit: number): number =>
  Math.round(Math.hypot(x, y, z) * unit * 10_000) / 10_000;

const named = (file: string): string => basename(file).replace(/\.(txt|csv)\.gz$/, '');

/** 200 Hz; the first three columns are the ADXL345: 13 bits for ±16 g. */
function sisfall(file: string): Movement {
  const name = named(file);
  const [activity = '', subject = ''] = name.split('_');
  const said = rowsOf(file, { delimiter: ',' }).map(([x, y, z], index) =>
    saying(index * 5, magnitude(Number(x), Number(y), Number(z), 32 / 8192)),
  );
  const part: Part = tunedOn.has(subject) ? 'tune' : 'check';
  const isFall = activity.startsWith('F');
  return { set: 'SisFall', name, part, worn: 'waist', activity, isFall, devices, said };
}

const positions = ['pocket', 'chest', 'waist', 'wrist', 'ankle'] as const;

/** Five sensors at 20 Hz (the phone in the pocket: 200 Hz), each with its own clock: five movements. */
function* umafall(file: string): Generator<Movement> {
  const name = named(file);
  const rows = rowsOf(file, { delimiter: ';', comment: '%' }).filter((row) => row[5] === '0');
  const activity = /_(?:ADL|Fall)_(.+?)_\d/.exec(name)?.[1] ?? '';
  for (const [id, worn] of positions.entries()) {
    const own = rows.filter((row) => row[6] === String(id));
    if (own.length === 0) continue;
    const said = inOrder(
      own.map(([at, , x, y, z]) => saying(Number(at), magnitude(Number(x), Number(y), Number(z), 1))),
    );
    const isFall = name.includes('_Fall_');
    yield { set: 'UMAFall', name: `${name}.${worn}`, part: 'check', worn, activity, isFall, devices, said };
  }
}

/** 100 Hz; the columns are a number, the magnitude (smoothed by the device), x, y, z in mg. */
function imu(file: string): Movement {
  const name = named(file);
  const said = rowsOf(file, { delimiter: ',' }).map(([, , x, y, z], index) =>
    saying(index * 10, magnitude(Number(x), Number(y), Number(z), 1 / 1000)),
  );
  const isFall = name.startsWith('fall');
  return { set: 'LSM6DSO', name, part: 'check', worn: 'body', activity: name, isFall, devices, said };
}

/** Five minutes of stairs; of the three sources the tag on the body (the watches are not in g). */
function stairs(file: string): Movement {
  const name = named(file);
  const tag = rowsOf(file, { delimiter: '|', from: 2 }).filter((row) => row[3] === 'TAG');
  const times = tag.map((row) => Date.parse(`${row[2]?.replace(' ', 'T')}Z`));
  const said = inOrder(
    tag.map(([, , , , x, y, z], index) =>
      saying((times[index] ?? 0) - (times[0] ?? 0), magnitude(Number(x), Number(y), Number(z), 1)),
    ),
  );
  const about = { set: 'ASSIST-IoT', worn: 'body', activity: 'stairs', isFall: false } as const;
  return { ...about, name, part: 'check', devices, said };
}

const saying = (at: number, acceleration: number): Said => ({ device, at, values: { acceleration } });
const inOrder = (said: readonly Said[]): Said[] => said.toSorted((one, other) => one.at - other.at);
