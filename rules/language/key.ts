import { propertyCatalogue } from '#model/catalogue.ts';
import type { RuleSource } from '#model/rule.ts';
import type { Complaints } from '#rules/language/complaints.ts';
import { problemOf } from '#rules/language/problem-texts.ts';
import type { RuleKey } from '#rules/language/rule.ts';

/** What has one alarm of the rule; complains of a key that cannot be. */
export function readKey({ key = 'device', silentFor }: RuleSource, complaints: Complaints): RuleKey {
  if (key !== 'device' && silentFor === 'expected')
    complaints.add(['silentFor'], problemOf('expected-of-many'));
  if (typeof key === 'string')
    return key === 'device' || key === 'resident' ? { kind: key } : { kind: 'place', scope: key };
  if (key.by !== 'device')
    complaints.add(['key', 'by'], problemOf('key-not-by-device', { property: key.and }));
  if (!propertyCatalogue.has(key.and))
    complaints.add(['key', 'and'], problemOf('unknown-property', { property: key.and }));
  if (silentFor !== undefined) complaints.add(['key'], problemOf('silence-of-values'));
  return { kind: 'and', property: key.and };
}
