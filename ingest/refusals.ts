import type { RefusedPart } from '#ingest/dialects/dialect.ts';
import type { Stage } from '#ingest/stage.ts';
import type { Said, Work } from '#ingest/work.ts';

/** Kept one by one; a broken device that sends thousands at once must not make thousands of rows each time. */
const maxSingly = 64;
const maxPropertyName = 64;

/** Brings every value and part that was refused into quarantine by itself, as a message that holds just it. */
export const refusedKept: Stage = (work) => {
  if (work.refused.length > 0) keep(work.refused, work);
  const values: RefusedPart[] = [];
  for (const said of work.said) if (said.refusal !== undefined) values.push(partOf(said, said.refusal));
  if (values.length > 0) keep(values, work);
  return true;
};

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
