import type { RefusedPart } from '#ingest/dialects/dialect.ts';
import type { Stage } from '#ingest/stage.ts';
import type { Said, Work } from '#ingest/work.ts';

/** Kept one by one; a broken device that sends thousands at once must not make thousands of rows each time. */
const maxSingly = 64;
const maxPropertyName = 64;

/** Of a dialect that keeps whole messages: so much of one message at most, as often as it is kept. */
const mostWhole = 256 * 1024;

/**
 * Brings every value and part that was refused into quarantine by itself, as a message that holds just it; of a dialect that
 * people change, with the whole message.
 */
export const refusedKept: Stage = (work) => {
  if (work.dialect?.keepsWhole === true) {
    keepWhole(work);
    return true;
  }
  if (work.refused.length > 0) keep(work.refused, work);
  const values: RefusedPart[] = [];
  for (const said of work.said) if (said.refusal !== undefined) values.push(partOf(said, said.refusal));
  if (values.length > 0) keep(values, work);
  return true;
};

type Why = Pick<RefusedPart, 'reason' | 'property' | 'detail'> & {
  readonly isSecret: boolean;
  count: number;
};

/** Each reason and property once: a replay reads all of the message. */
function keepWhole(work: Work): void {
  const reasons = new Map<string, Why>();
  const add = (why: Pick<RefusedPart, 'reason' | 'property' | 'detail'>, isSecret: boolean): void => {
    const key = `${why.reason} ${why.property ?? ''}`;
    const known = reasons.get(key);
    if (known === undefined) reasons.set(key, { ...why, isSecret, count: 1 });
    else known.count += 1;
  };
  for (const { detail, property, reason } of work.refused)
    add({ reason, property: property === null ? null : property.slice(0, maxPropertyName), detail }, false);
  for (const { detail, isSecret, key, property, refusal } of work.said)
    if (refusal !== undefined)
      add({ reason: refusal, property: (property || key).slice(0, maxPropertyName), detail }, isSecret);
  const all = [...reasons.values()];
  const [first] = all;
  const { payload } = work.record;
  if (first === undefined) return;
  if (all.length > maxSingly || (all.length > 1 && all.length * payload.length > mostWhole)) {
    const names = all.flatMap(({ property }) => property ?? []).slice(0, 10);
    const detail = `${all.length} things of this message, together: ${names.join(', ')}`;
    work.quarantine({ reason: first.reason, property: null, detail }, payload);
    return;
  }
  for (const { count, detail, isSecret, property, reason } of all) {
    const more = count === 1 ? '' : ` (${count} times in this message)`;
    work.quarantine({ reason, property, detail: `${detail}${more}` }, isSecret ? nothing : payload);
  }
}

const nothing = new Uint8Array();

function keep(parts: readonly RefusedPart[], work: Work): void {
  for (const { part, ...why } of parts.slice(0, maxSingly)) {
    const property = why.property === null ? null : why.property.slice(0, maxPropertyName);
    work.quarantine({ ...why, property }, encode(part) ?? work.record.payload);
  }
  const rest = parts.slice(maxSingly);
  const [first] = rest;
  if (first === undefined) return;
  const detail = `${rest.length} more of this message, together; the first: ${first.detail}`;
  const payload = encode(rest.flatMap(({ part }) => part)) ?? work.record.payload;
  work.quarantine({ reason: first.reason, property: null, detail }, payload);
}

function partOf(said: Said, reason: RefusedPart['reason']): RefusedPart {
  return { reason, property: said.property || said.key, detail: said.detail, part: messageOf(said) };
}

function messageOf(said: Said): object {
  const { given, at } = said.moment;
  const stamp = at ?? (given.kind === 'stamp' ? given.stamp : undefined);
  // A number whose unit nobody knows is kept as SenML: without the unit it would be another number.
  if (said.isForeignUnit)
    return [{ n: said.source, u: said.unit, v: said.given, ...(at === undefined ? {} : { t: at / 1_000 }) }];
  // A computed key makes `__proto__` an ordinary one.
  const values = said.isSecret ? {} : { [said.property || said.key]: said.given };
  return stamp === undefined ? { values } : { ts: stamp, values };
}

const infinite = 'gridbell:infinite';

/**
 * JSON of a part; an infinite number, which JSON does not have, is written as `1e999`, so that it is refused again for
 * the same reason. Undefined when it is nested too deeply to be written: then the whole message is kept.
 */
function encode(part: unknown): Uint8Array | undefined {
  try {
    const text = JSON.stringify(part, (_, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? infinite : value,
    );
    return Buffer.from(text.replaceAll(`"${infinite}"`, '1e999'));
  } catch {
    return undefined;
  }
}
