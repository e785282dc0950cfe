import { maySeeHealth } from '#api/authorization/role-groups.ts';
import { maySeeProperty, sensitivityOf } from '#api/authorization/sensitivity.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { Device } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';
import type { Role } from '#model/role.ts';
import { parseRule } from '#rules/language/check-rules.ts';

type Source = Readonly<Record<string, unknown>>;

/** What a rule looks at: whoever may write or follow it learns of these by when it fires. */
interface Looks {
  readonly properties: ReadonlySet<string>;
  /** It may look at anything that a device says, or at what is usual for a person. */
  readonly isOpen: boolean;
}

const named = /(['"])([a-z0-9-]+)\1/g;
/** `values['smoke']` and `'smoke' in values`, of properties that are known, look at nothing else. */
const closedUse = /\bvalues\s*\[\s*(['"])[a-z0-9-]+\1\s*\]|(['"])[a-z0-9-]+\2\s+in\s+values\b/g;

/** Of a rule as it is stored or came in, broken ones too. */
function looksOf(source: Source): Looks {
  const text = JSON.stringify([source['when'], source['clear'], source['levels']]).replaceAll('\\"', '"');
  const built = parseRule(source);
  const woken = [source['property']].flat().filter((name): name is string => typeof name === 'string');
  const inText = [...text.matchAll(named)].flatMap(([, , name]) => name ?? []);
  const needed =
    'rule' in built
      ? [
          ...built.rule.references,
          ...built.rule.needs.map(({ property }) => property),
          ...keyOf(built.rule.key),
        ]
      : [];
  const inValues = [...text.matchAll(closedUse)].flatMap(([use]) =>
    [...use.matchAll(named)].map(([, , name]) => name),
  );
  const isOpen =
    /\b(values|limits)\b/.test(text.replaceAll(closedUse, '')) ||
    inValues.some((name) => name === undefined || !propertyCatalogue.has(name));
  const properties = [...woken, ...needed, ...inText.filter((name) => propertyCatalogue.has(name))];
  return { properties: new Set(properties.filter((name) => name !== '*')), isOpen };
}

const keyOf = (key: { readonly kind: string; readonly property?: string }): readonly string[] =>
  key.property === undefined ? [] : [key.property];

/** A property that the rule looks at and this role may not see, in words; null: there is none. */
export function unseenBy(role: Role, source: Source, device?: Pick<Device, 'resident'>): string | null {
  const { isOpen, properties } = looksOf(source);
  const hidden = [...properties].find((name) => !maySeeProperty(role, name, device));
  if (hidden !== undefined) return hidden;
  return isOpen && !maySeeHealth(role) ? 'whole messages or the limits of persons' : null;
}

/**
 * Whether a rule may look at vitals, or at who is in hospital. How often it was judged, held back or raised tells of one
 * person's then, for such a rule is often about one, wherever that person lives.
 */
export function looksAtVitals(source: Source): boolean {
  const { isOpen, properties } = looksOf(source);
  return (
    isOpen ||
    isHeldByHospital(source) ||
    [...properties].some((name) => sensitivityOf(name, undefined) === 'health')
  );
}

/** What it held back may say that somebody is in hospital. */
export const isHeldByHospital = (source: Source): boolean => [source['unless']].flat().includes('hospital');

/** 403 for a rule whose alarms of then, beside those of the same rule without that mode, say when somebody was in hospital. */
export function refuseHospital(
  role: Role,
  { id, source }: { readonly id: string; readonly source: Source },
): void {
  if (isHeldByHospital(source) && !maySeeHealth(role))
    throw new GridbellError(
      'not-allowed',
      `Rule ${id} is held back while somebody is in hospital: try it without that mode, or ask somebody who may see it.`,
    );
}

/** 403 for a rule by whose alarms and counts this role would learn what it may not see. */
export function refuseUnseen(
  role: Role,
  rules: readonly { readonly id: string; readonly source: Source }[],
): void {
  for (const { id, source } of rules) {
    const what = unseenBy(role, source);
    if (what !== null)
      throw new GridbellError(
        'not-allowed',
        `Rule ${id} looks at ${what}: it is for somebody who may see that, such as an admin.`,
      );
  }
}
