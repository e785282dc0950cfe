import { propertyCatalogue } from '#model/catalogue.ts';
import type { RuleSource } from '#model/rule.ts';
import type { Complaints } from '#rules/language/complaints.ts';
import type { RuleKey } from '#rules/language/rule.ts';

/** What has one alarm of the rule; complains of a key that cannot be. */
export function readKey({ key = 'device', silentFor }: RuleSource, complaints: Complaints): RuleKey {
  if (key !== 'device' && silentFor === 'expected')
    complaints.add(
      ['silentFor'],
      "'expected' goes by the expect-every of one device: it needs 'key: device'",
    );
  if (typeof key === 'string')
    return key === 'device' || key === 'resident' ? { kind: key } : { kind: 'place', scope: key };
  if (key.by !== 'device')
    complaints.add(['key', 'by'], `must be device: values of '${key.and}' are told apart for each device`);
  if (!propertyCatalogue.has(key.and)) complaints.add(['key', 'and'], `unknown property '${key.and}'`);
  if (silentFor !== undefined)
    complaints.add(['key'], "'silent-for' has no meaning for each value: nobody knows which are to come");
  return { kind: 'and', property: key.and };
}
