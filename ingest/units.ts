import { wordAsNumber } from '#ingest/dialects/words.ts';
import type { Stage } from '#ingest/stage.ts';
import { convert } from '#ingest/unit-table.ts';
import type { Said } from '#ingest/work.ts';

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
