import { type EpochMs, type PersonId, plus } from '#model/brand.ts';
import { type CareContact, contactsOf, isReachableAt } from '#model/care-contact.ts';
import type { CareLadder, LadderRung, Outsider, PassedOver } from '#model/care-ladder.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Reason } from '#model/reason.ts';
import { isRole } from '#model/role.ts';
import type { Assigner } from '#tasks/assigner.ts';
import type { TaskRow } from '#tasks/ports.ts';

/** Whom a rung calls, or why nobody. */
export interface Calls {
  readonly passed: PassedOver | null;
  readonly called: readonly Outsider[];
  readonly people: readonly PersonId[];
  readonly because: readonly Reason[];
}

export interface CallSource {
  readonly configuration: Configuration;
  readonly assigner: Assigner;
}

const nobody = { passed: null, called: [], people: [], because: [] } as const satisfies Calls;
const passOver = ({ for: rung }: LadderRung, why: PassedOver): Calls => ({
  ...nobody,
  passed: why,
  because: [{ code: 'passed-over', rung, why }],
});

/** Whom a rung of a task's ladder calls at `now`. Reads only. */
export function callsOf(
  source: CallSource,
  { ladder, now, row, rung }: { row: TaskRow; ladder: CareLadder; rung: LadderRung; now: EpochMs },
): Calls {
  switch (rung.for) {
    case 'cancel':
      return {
        ...nobody,
        because: [{ code: 'cancel-window', until: iso(plus(now, rung.withinMs)) }],
      };
    case 'resident':
      return residentCalls(source.configuration, { ladder, rung, row }, now);
    case 'family':
      return familyCalls(source.configuration, { ladder, rung, row }, now);
    case 'emergency':
      return { ...nobody, because: [{ code: 'emergency-number' }] };
    default:
      return isRole(rung.for) ? staffCalls(source.assigner, row, rung, now) : nobody;
  }
}

interface Asked {
  readonly ladder: CareLadder;
  readonly rung: LadderRung;
  readonly row: TaskRow;
}

/** Who is in hospital, or away, is not called at home. */
function residentCalls(configuration: Configuration, { ladder, row, rung }: Asked, now: EpochMs): Calls {
  const residents = ladder.residents.flatMap((id) => configuration.resident(id) ?? []);
  if (residents.length === 0) return passOver(rung, 'no-resident');
  const absent = residents.map(({ id }) =>
    absence(configuration, [id, ...configuration.path(row.place)], now),
  );
  const home = residents.filter((_, index) => absent[index] === null);
  if (home.length === 0) return passOver(rung, absent.find((why) => why !== null) ?? 'away');
  const called = home.filter(({ phone }) => phone !== undefined && phone.trim() !== '');
  if (called.length === 0) return passOver(rung, 'no-phone');
  return {
    ...nobody,
    called: called.map(({ id }) => ({ resident: id })),
    because: [{ code: 'resident-called' }],
  };
}

function absence(configuration: Configuration, targets: readonly string[], now: EpochMs): PassedOver | null {
  const modes = [...configuration.modes()]
    .filter(
      ({ target, until }) => targets.includes(target) && (until === undefined || Date.parse(until) > now),
    )
    .map(({ mode }) => mode);
  if (modes.includes('hospital')) return 'in-hospital';
  return modes.includes('away') ? 'away' : null;
}

/** Those who agreed, and may be called at this hour; for a matter of life, where nobody may, the others after all. */
function familyCalls(configuration: Configuration, { ladder, rung }: Asked, now: EpochMs): Calls {
  const all = ladder.residents.flatMap((id) =>
    contactsOf(configuration.resident(id) ?? {}).map((contact) => ({ resident: id, contact })),
  );
  if (all.length === 0) return passOver(rung, 'no-contacts');
  const mine = all.filter(({ contact }) => rung.order === undefined || contact.order === rung.order);
  const agreed = mine.filter(({ contact }) => contact.consent);
  if (agreed.length === 0) return passOver(rung, 'no-consent');
  const reachable = agreed.filter(({ contact }) => contact.phone !== null || contact.email !== null);
  if (reachable.length === 0) return passOver(rung, 'no-phone');
  const awake = reachable.filter(({ contact }) => isReachableAt(contact, now, configuration.timezone));
  const chosen = awake.length === 0 && ladder.lifeSafety ? reachable : awake;
  if (chosen.length === 0) return passOver(rung, 'outside-hours');
  const called = chosen.toSorted((a, b) => byOrder(a.contact, b.contact));
  return {
    ...nobody,
    called: called.map(({ contact, resident }) => ({ resident, contact: contact.index })),
    because: [{ code: 'family-called', contacts: called.length }],
  };
}

const byOrder = (a: CareContact, b: CareContact): number => a.order - b.order || a.index - b.index;

/** Rather somebody who was not told yet; where there is nobody else, one of them again. Never who has it. */
function staffCalls(assigner: Assigner, row: TaskRow, rung: LadderRung, now: EpochMs): Calls {
  if (!isRole(rung.for)) return nobody;
  const holder: readonly PersonId[] = row.assignee === null ? [] : [row.assignee];
  const fresh = assigner.findAs(row, rung.for, now, new Set([...holder, ...row.also]));
  const found = fresh.person === null ? assigner.findAs(row, rung.for, now, new Set(holder)) : fresh;
  if (found.person === null)
    return {
      ...nobody,
      passed: 'nobody',
      because: [{ code: 'passed-over', rung: rung.for, why: 'nobody' }, ...found.because],
    };
  return {
    ...nobody,
    people: [found.person],
    because: [{ code: 'told', person: found.person }, ...found.because],
  };
}
