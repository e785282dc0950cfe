import type { Names } from '#ingest/names.ts';
import type { Stage } from '#ingest/stage.ts';
import units from '#ingest/units.json' with { type: 'json' };
import type { Said, Work } from '#ingest/work.ts';
import { propertyCatalogue } from '#model/catalogue.ts';

const propertyOfUnit: ReadonlyMap<string, string> = new Map(Object.entries(units.properties));

/** Gives every value its property: by its key, or by its unit where the key only names the device. */
export const named: Stage = (work, around) => {
  for (const said of work.said) name(said, work, around.names);
  return true;
};

function name(said: Said, work: Work, names: Names): void {
  const found = names.find(said.key);
  const byUnit =
    found.definition === undefined && (said.key === '' || said.key === work.device) && said.unit !== undefined
      ? propertyOfUnit.get(said.unit)
      : undefined;
  const base = byUnit ?? found.name;
  said.property = said.isSum && base !== '' ? `${base}-sum` : base;
  said.definition =
    byUnit === undefined && !said.isSum ? found.definition : propertyCatalogue.get(said.property);
  said.isSecret = found.isPersonal;
  if (said.property !== '' && !said.isSecret) return;
  said.refusal = 'unknown-property';
  said.detail = said.isSecret
    ? `${said.property} is personal and is not kept`
    : 'this cannot be the name of a property: 1 to 64 letters, digits and hyphens';
}
