import aliases from '#ingest/aliases.json' with { type: 'json' };
import personalNames from '#ingest/personal-names.json' with { type: 'json' };
import { type PropertyDefinition, propertyCatalogue } from '#model/catalogue.ts';

/** What a key stands for. */
export interface PropertyName {
  /** Kebab-case, at most 64 characters; empty when the key cannot be a name. */
  readonly name: string;
  readonly definition: PropertyDefinition | undefined;
  /** Names somebody, or a part of somebody's body: never kept (docs/contract.md, docs/decisions/021). */
  readonly isPersonal: boolean;
}

const maxLength = 64;
const maxKept = 10_000;
const aliasOf: ReadonlyMap<string, string> = new Map(Object.entries(aliases));
const personal: ReadonlySet<string> = new Set(personalNames);

/**
 * The property that a key means: `heartRate`, `heart_rate` and `heart-rate` are the same, and usual other names
 * (ingest/aliases.json) are those of the catalogue.
 */
export function propertyName(key: string): PropertyName {
  const plain = kebab(key);
  const name = aliasOf.get(plain) ?? plain;
  if (name.length > maxLength) return { name: '', definition: undefined, isPersonal: false };
  return { name, definition: propertyCatalogue.get(name), isPersonal: personal.has(name) };
}

/** `spO2Level` → `sp-o2-level`, `PM2.5` → `pm2-5`, `__proto__` → `proto`; full-width letters become plain, those of other scripts stay. */
export function kebab(key: string): string {
  return key
    .slice(0, 4 * maxLength)
    .normalize('NFKC')
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1-$2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Remembers what keys mean: devices say the same few over and over. */
export class Names {
  readonly #known = new Map<string, PropertyName>();

  find(key: string): PropertyName {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = propertyName(key);
    if (this.#known.size >= maxKept) this.#known.clear();
    if (key.length <= 4 * maxLength) this.#known.set(key, found);
    return found;
  }
}
