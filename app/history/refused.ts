import type { DeviceId, Position } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Reading } from '#model/reading.ts';
import type { HistoryBatch, Rejected } from '#store/history/history.ts';

/** Of one batch and device, kept one by one; the rest together: a device that is refused as a whole must not make a row each time. */
const mostSingly = 64;
const mostTogether = 1_000;

type Refused = Rejected & { readonly reading: Reading };

/**
 * What history can never store as entries of quarantine: the same for the same batch, in whatever company it was tried. What is too old to be
 * kept is not kept there either, and changes of context are about equipment: the log has both.
 */
export function refusedEntries(
  batches: readonly HistoryBatch[],
  rejected: readonly Rejected[],
  topicOf: (device: DeviceId) => string,
): readonly Quarantined[] {
  const refused = rejected.flatMap((each) =>
    each.reading === null || each.isTooOld ? [] : [{ ...each, reading: each.reading }],
  );
  const positions = batches.map(({ position }) => position);
  const groups = Map.groupBy(refused, ({ reading }) => {
    const batch = positions.find((position) => position >= reading.position) ?? reading.position;
    return `${batch} ${reading.device}`;
  });
  return [...groups.values()].flatMap((group) => {
    const singles = group.slice(0, mostSingly).map((each) => entryOf([each], topicOf));
    const rest: Quarantined[] = [];
    for (let from = mostSingly; from < group.length; from += mostTogether)
      rest.push(entryOf(group.slice(from, from + mostTogether), topicOf));
    return [...singles, ...rest];
  });
}

/** All of one device; at least one. */
function entryOf(group: readonly Refused[], topicOf: (device: DeviceId) => string): Quarantined {
  const [first] = group;
  if (!first) throw new Error('nothing was refused');
  const { device, position, property, receivedAt } = first.reading;
  const isOne = group.length === 1;
  const what = isOne
    ? `${property} of ${said(first.at)}`
    : `${group.length} readings from ${said(first.at)} on`;
  return {
    device,
    receivedAt,
    position,
    topic: topicOf(device),
    dialect: 'native',
    reason: 'not-stored',
    property: isOne ? property.slice(0, mostSingly) : null,
    detail: `${what}: history cannot store ${isOne ? 'it' : 'them'}: ${first.reason}`,
    payload: Buffer.from(
      JSON.stringify(
        group.map(({ reading: { at, flags, property: name, value } }) => ({
          ts: at,
          values: { [name]: value },
          flags,
        })),
      ),
    ),
  };
}

const said = (at: number): string => (Math.abs(at) <= 8.64e15 ? iso(at as Reading['at']) : String(at));

/** The readings of such an entry again. Throws when it is none. */
export function refusedReadings(
  { device, payload, receivedAt }: Pick<Quarantined, 'device' | 'payload' | 'receivedAt'>,
  position: Position,
): readonly Reading[] {
  const kept = JSON.parse(Buffer.from(payload).toString()) as readonly {
    readonly ts: Reading['at'];
    readonly values: Readonly<Record<string, Reading['value']>>;
    readonly flags: number;
  }[];
  return kept.flatMap(({ flags, ts, values }) =>
    Object.entries(values).map(([property, value]) => ({
      device,
      property,
      at: ts,
      receivedAt,
      value,
      flags,
      position,
    })),
  );
}
