import { type TObject, type TProperties, type TSchema, Type } from 'typebox';

/**
 * JSON Merge Patch (RFC 7396): fields that are given replace, objects merge, null takes away.
 * Never changes what it was given.
 */
export function mergePatch(standing: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged = new Map<string, unknown>(isRecord(standing) ? Object.entries(standing) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of an object within, before it is merged and checked with the whole. */
const mostKeys = 200;

/**
 * What PATCH of such an object takes: any of its fields but those that name it; null where a field may be absent.
 * Objects within merge too, so their fields are checked after the merge, with the whole.
 */
export function patchSchema(schema: TObject, fixed: readonly string[]): TObject {
  const required: ReadonlySet<string> = new Set(schema.required);
  const properties: TProperties = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    if (fixed.includes(name)) continue;
    const field: TSchema =
      'properties' in property || 'patternProperties' in property
        ? Type.Object({}, { maxProperties: mostKeys })
        : property;
    properties[name] = Type.Optional(required.has(name) ? field : Type.Union([field, Type.Null()]));
  }
  return Type.Object(properties, { additionalProperties: false });
}
