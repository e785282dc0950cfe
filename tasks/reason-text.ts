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
    case 'turn':
      return `chosen of ${reason.of} by turn: ${reason.last === null ? `had no ${reason.category} task yet` : `had the last ${reason.category} task at ${reason.last}`}`;
    case 'nearest':
      return `chosen of ${reason.of} as nearest: ${reason.steps} steps away at ${reason.place}`;
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
    case 'open-to-claim':
      return `open to claim: ${reason.people} who may take it as ${reason.role} are told`;
    case 'unclaimed':
      return `nobody claimed it by ${reason.limit}`;
    case 'same-worker':
      return `rework: back to ${reason.person}, who handled it`;
    case 'returned':
      return 'returned';
    case 'told':
      return `told to ${reason.person}`;
    case 'accept-limit-passed':
      return `nobody accepted it by ${reason.limit}`;
    case 'handle-limit-passed':
      return `it was to be handled by ${reason.limit}`;
    case 'verify-limit-passed':
      return `it was to be verified by ${reason.limit}`;
    case 'close-limit-passed':
      return `what was fed back was to be closed by ${reason.limit}`;
    case 'not-verified':
      return `nobody filed or rejected it within ${formatDuration(durationMs(reason.afterMs))}: a ${reason.role} is told`;
    case 'not-closed':
      return `nobody closed it within ${formatDuration(durationMs(reason.afterMs))}: a ${reason.role} is told`;
    case 'not-accepted':
      return `nobody accepted it within ${formatDuration(durationMs(reason.afterMs))}: a ${reason.role} is told`;
    case 'reminder':
      return `reminder ${reason.number}`;
    case 'shift-ended':
      return `the shift of ${reason.person} ended at ${reason.at}`;
    case 'begun':
      return `${reason.person} has begun and keeps it`;
    case 'no-relief':
      return `nobody else is on duty: ${reason.person} keeps it`;
    case 'on-duty-again':
      return `${reason.person} is on duty again and keeps it`;
    case 'late':
      return `late: due at ${reason.due}, when Gridbell was not running`;
    case 'clock-set-back':
      return `the clock was set back by ${formatDuration(durationMs(reason.by))}: its limits begin anew`;
    case 'escalated':
      return `escalated by ${reason.by} to ${reason.role}`;
    case 'self-verified':
      return `${reason.person} handled it and verified it: ${reason.by === 'community' ? 'the community' : `category ${reason.category}`} allows that`;
    case 'paused':
      return `its clock stood still for ${formatDuration(durationMs(reason.forMs))}`;
    case 'suspended-until':
      return `it resumes by itself at ${reason.until}`;
    case 'suspension-over':
      return `it was suspended until ${reason.until}`;
    case 'suspension-requested':
      return `${reason.person} asks to suspend it until ${reason.until}`;
    case 'suspension-approved':
      return `${reason.person} asked for it`;
    case 'suspension-refused':
      return `the request of ${reason.person} is refused`;
    case 'merged-into':
      return `merged into task ${reason.task}, which goes on`;
    case 'merged-from':
      return `task ${reason.task} was merged into this one, with ${alarmCount(reason.alarms)}`;
    case 'split-off':
      return `${alarmCount(reason.alarms)} split off into task ${reason.task}`;
    case 'split-from':
      return `split off from task ${reason.task}`;
    case 'auto-closed':
      return `all its alarms have been cleared since ${reason.clearedAt}: category ${reason.category} closes such a task after ${formatDuration(durationMs(reason.afterMs))}`;
    case 'rated':
      return `rated ${reason.rating} of 5`;
    case 'evidence':
      return `evidence ${reason.evidence}`;
    case 'reopened':
      return `the resident says that it is not done: back to ${reason.person}, who handled it`;
    case 'rung':
      return `rung ${reason.number} of ${reason.of}: ${rungWords(reason.rung)}`;
    case 'passed-over':
      return `passed over (${reason.why})`;
    case 'cancel-window':
      return `the device can cancel until ${reason.until}`;
    case 'resident-called':
      return 'the resident is asked';
    case 'family-called':
      return reason.contacts === 1 ? '1 contact is told' : `${reason.contacts} contacts are told`;
    case 'emergency-number':
      return 'the emergency number is shown';
    case 'cancelled':
      return `cancelled on device ${reason.device}`;
    case 'cancelled-late':
      return `cancelled on device ${reason.device}, after ${reason.until}: too late to stop it`;
    case 'resident-well':
      return `${reason.by} spoke with the resident, who is well`;
    case 'needs-help':
      return `${reason.by} spoke with the resident, who needs help`;
    case 'no-answer':
      return `${reason.by} got no answer from the resident`;
    case 'on-the-way':
      return `${reason.person} is on the way, ${reason.minutes} min (until ${reason.until})`;
    case 'not-arrived':
      return `${reason.person} wanted to be there by ${reason.until} and nobody has begun`;
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
    case 'reported':
      return `reported by a resident (${reason.channel})`;
    case 'time-over':
      return reason.part === 'phone'
        ? 'the time of the phone number is over'
        : 'the time of what the resident wrote is over';
    case 'low-rating':
      return `task ${reason.task} was rated ${reason.rating} of 5: somebody goes and asks`;
    case 'worse':
      return `${reason.from} → ${reason.to}`;
    default:
      return reason satisfies never;
  }
}

const rungWords = (rung: string): string =>
  ({ cancel: 'cancel window', resident: 'ask the resident', emergency: 'emergency number' })[rung] ?? rung;

const alarmCount = (count: number): string => (count === 1 ? '1 alarm' : `${count} alarms`);

const noneOf = ({ roles, place }: { readonly roles: readonly Role[]; readonly place: string }): string =>
  `no ${roles.join(', no ')} for ${place} up to the community`;
