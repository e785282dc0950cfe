import { durationMs } from '#model/brand.ts';
import { formatDuration } from '#model/duration.ts';
import type { Reason } from '#model/reason.ts';
import type { Role } from '#model/role.ts';

/** The reasons of a decision in English, as history, API and log show them; null for none. */
export const reasonText = (because: readonly Reason[]): string | null =>
  because.length === 0 ? null : because.map(sentence).join('; ');

function sentence(reason: Reason): string {
  switch (reason.code) {
    case 'on-duty':
      return `on duty by roster: ${reason.role} for ${reason.place}, ${reason.from}–${reason.to}`;
    case 'works-there':
      return `nobody on duty by roster: ${reason.role} for ${reason.for}; works as ${reason.role} at ${reason.place}`;
    case 'most-skills':
      return `chosen of ${reason.of} by skills ${reason.skills.join(', ')}`;
    case 'fewest-open-tasks':
      return `chosen of ${reason.of} by fewest open tasks (${reason.open})`;
    case 'lowest-id':
      return `chosen of ${reason.of} by id, with equally many open tasks`;
    case 'role-missing':
      return noneOf(reason);
    case 'nobody':
      return `nobody: ${noneOf(reason)}`;
    case 'named':
      return `chosen by ${reason.by}`;
    case 'claimed':
      return `claimed by ${reason.person}`;
    case 'same-worker':
      return `rework: back to ${reason.person}, who handled it`;
    case 'returned':
      return 'returned';
    case 'alarm':
      return `alarm ${reason.alarm}`;
    case 'alarm-ended':
      return `alarm ${reason.alarm} at ${reason.at}`;
    case 'alarm-disposed':
      return `alarm ${reason.alarm}: ${reason.disposition}`;
    case 'closed-while-standing':
      return `task ${reason.task} was closed while alarm ${reason.alarm} stands`;
    case 'retained-state':
      return `a gateway reported ${reason.rule} of ${reason.key} as retained state of ${reason.at} (record ${reason.record}): somebody has to look`;
    case 'same-rule-and-key':
      return `open task of the same rule and key: ${reason.rule}, ${reason.key}`;
    case 'same-area':
      return `open ${reason.category} task of the same ${reason.by} (${reason.place}) with an alarm within ${formatDuration(durationMs(reason.withinMs))}`;
    case 'worse':
      return `${reason.from} → ${reason.to}`;
    default:
      return reason satisfies never;
  }
}

const noneOf = ({ roles, place }: { readonly roles: readonly Role[]; readonly place: string }): string =>
  `no ${roles.join(', no ')} for ${place} up to the community`;
