import { type PropertyDefinition, propertyCatalogue } from '#model/catalogue.ts';

/** CEL's name for the type of a reading; `dyn` when a rule's properties differ. */
export type CelType = 'double' | 'bool' | 'string' | 'dyn';

const celTypeOf: Record<PropertyDefinition['type'], CelType> = {
  number: 'double',
  boolean: 'bool',
  text: 'string',
};

/** The type in which a property's readings come; `dyn` when there are two. */
export const celTypeOfProperty = ({ type, also }: PropertyDefinition): CelType =>
  also === undefined ? celTypeOf[type] : 'dyn';

/** The same of a name; undefined: the catalogue does not know it. */
export const celTypeOfName = (name: string): CelType | undefined => {
  const definition = propertyCatalogue.get(name);
  return definition && celTypeOfProperty(definition);
};

/** The type of `value` in a rule on these properties, which the catalogue knows. */
export function valueTypeOf(properties: readonly string[]): CelType {
  const types = new Set(properties.map((name) => celTypeOfName(name)));
  const [only] = types;
  return types.size === 1 && only !== undefined ? only : 'dyn';
}
