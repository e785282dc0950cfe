import { type Static, Type } from 'typebox';

const closed = <const T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const Constant = Type.Union([Type.Number(), Type.Boolean(), Type.String()]);

/** How the cells of one column become a property's values; docs/recordings.md says what each key means. */
export const PropertySource = closed({
  column: Type.String({ minLength: 1 }),
  /** The recording may lack the column; then the property is never said. */
  optional: Type.Optional(Type.Boolean()),
  as: Type.Optional(
    Type.Unsafe<'number' | 'boolean' | 'text'>(Type.String({ enum: ['number', 'boolean', 'text'] })),
  ),
  scale: Type.Optional(Type.Number()),
  offset: Type.Optional(Type.Number()),
  /** True where the cell is this. */
  equals: Type.Optional(Constant),
  /** Cell text → value. */
  map: Type.Optional(Type.Record(Type.String(), Constant)),
});
export type PropertySource = Static<typeof PropertySource>;

export const RecordedDevice = closed({
  id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
  /** Data rows of this device, counted from 0: `from` ≤ row < `to`; default: all. */
  rows: Type.Optional(
    closed({
      from: Type.Optional(Type.Integer({ minimum: 0 })),
      to: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
  ),
  /** Column → cell: only rows that have all of these are of this device. */
  where: Type.Optional(Type.Record(Type.String({ minLength: 1 }), Constant)),
  /** By property name. A bare text is the column. */
  properties: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String({ minLength: 1 }), PropertySource])),
  ),
  /** Sent with every message of the device. */
  constants: Type.Optional(Type.Record(Type.String(), Constant)),
});
export type RecordedDevice = Static<typeof RecordedDevice>;

export const TimeSource = closed({
  column: Type.Optional(Type.String({ minLength: 1 })),
  /** `epoch-s`, `epoch-ms`, `iso`, a Luxon pattern, or `elapsed-s`, `elapsed-ms`: counted from `start`. */
  format: Type.Optional(Type.String({ minLength: 1 })),
  /** IANA zone of times that name none; default UTC. */
  zone: Type.Optional(Type.String()),
  /** ISO 8601 with zone: the time of row 0 when times are generated, or what `elapsed-…` counts from. */
  start: Type.Optional(Type.String()),
  /** Generated times: the step from row to row. */
  every: Type.Optional(Type.String()),
});
export type TimeSource = Static<typeof TimeSource>;

export const RecordingMap = closed({
  format: Type.Optional(Type.Unsafe<'csv' | 'jsonl'>(Type.String({ enum: ['csv', 'jsonl'] }))),
  delimiter: Type.Optional(Type.String({ minLength: 1 })),
  /** Lines of the file before the header, or before the data when `header` is a list. */
  skip: Type.Optional(Type.Integer({ minimum: 0 })),
  /** True: the first line names the columns (default); a list: these are the names and the first line is data. */
  header: Type.Optional(Type.Union([Type.Literal(true), Type.Array(Type.String(), { minItems: 1 })])),
  /** Cells that mean "nothing said"; default: empty, NaN, null. */
  missing: Type.Optional(Type.Array(Type.String())),
  /** Files beside the map, brought in before the recording. */
  community: Type.Optional(Type.String({ minLength: 1 })),
  rules: Type.Optional(
    Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))]),
  ),
  time: TimeSource,
  devices: Type.Array(RecordedDevice, { minItems: 1 }),
});
export type RecordingMap = Static<typeof RecordingMap>;
