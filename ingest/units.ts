import { wordAsNumber } from '#ingest/dialects/words.ts';
import type { Stage } from '#ingest/stage.ts';
import units from '#ingest/units.json' with { type: 'json' };
import type { Said } from '#ingest/work.ts';

interface Conversion {
  readonly factor: number;
  readonly offset: number;
}

const same: ReadonlyMap<string, string> = new Map(Object.entries(units.same));
const conversions: ReadonlyMap<string, Conversion> = new Map(
  units.conversions.map(({ from, to, factor, offset }) => [`${from}>${to}`, { factor, offset }]),
);

/** A number in another unit than the catalogue's; undefined when nobody knows the way from one to the other. */
export function convert(value: number, from: string, to: string): number | undefined {
  const plain = same.get(from) ?? from;
  if (from === to || plain === to) return value;
  const way = conversions.get(`${from}>${to}`) ?? conversions.get(`${plain}>${to}`);
  // 12 digits: 295.65 K are 22.5 °C, not 22.499999999999943.
  return way === undefined ? undefined : Number((value * way.factor + way.offset).toPrecision(12));
}

/** Turns numbers that name their unit into the catalogue's. */
export const inOurUnits: Stage = (work) => {
  for (const said of work.said) if (said.unit !== undefined) turn(said, said.unit);
  return true;
};

function turn(said: Said, unit: string): void {
  const wanted = said.definition?.unit;
  if (said.isLoose && typeof said.given === 'string') said.given = wordAsNumber(said.given) ?? said.given;
  if (typeof said.given !== 'number' || wanted === undefined || wanted === null || said.isSum) return;
  const value = convert(said.given, unit, wanted);
  if (value !== undefined) said.given = value;
  else if (said.refusal === undefined) {
    said.isForeignUnit = true;
    said.refusal = 'wrong-type';
    said.detail = `${said.property} is in ${wanted}; nobody knows how to turn ${unit.slice(0, 32)} into it`;
  }
}
