import type { ResourceChange } from '#model/command.ts';
import { postedAlarmId } from '#model/posted-alarm.ts';
import type { CommandRecord } from '#model/record.ts';
import type { RuleVersion } from '#model/rule-version.ts';
import { ruleDiff } from '#rules/language/rule-text.ts';

/** What the audit says of one thing that a command did. */
export interface AuditLine {
  readonly target: string;
  readonly detail: string | null;
}

const mostIds = 100;

/** The version of a rule that stands now and the one before it, newest first. */
type LastVersions = (rule: string) => readonly RuleVersion[];

/** The lines of a command that was carried out: one for each resource that it changed, else one. */
export function auditLines(
  { actor, command }: CommandRecord,
  versionsOf: LastVersions,
): readonly AuditLine[] {
  switch (command.name) {
    case 'change':
      return command.changes.map((change) => ({
        target: `${change.resource} ${change.id}`,
        detail: `${change.op}: ${command.reason}${change.resource === 'rule' ? ruleDetail(change, versionsOf) : ''}`,
      }));
    case 'create-task':
      return [{ target: command.task.place, detail: command.task.title }];
    case 'act-on-task':
      return [{ target: command.task, detail: command.action }];
    case 'create-report':
      return [
        { target: command.report.place, detail: `${command.report.category} (${command.report.channel})` },
      ];
    case 'evaluate-report':
    case 'reopen-report':
      return [{ target: 'report', detail: null }];
    case 'add-evidence':
      return [{ target: command.task, detail: `${command.photos.length} photos` }];
    case 'erase-devices':
      return command.devices.map((device) => ({ target: `device ${device}`, detail: command.reason }));
    case 'note-history':
    case 'note-flows':
      return command.lines;
    case 'forget-photos':
      return [{ target: 'photos', detail: `${command.ids.length} deleted` }];
    case 'forget-reports':
      return [{ target: 'reports', detail: `${command.part} of ${command.tasks.length} deleted` }];
    case 'come-to-task':
      return [{ target: command.task, detail: `on the way, ${command.minutes} min` }];
    case 'answer-ladder':
      return [{ target: command.task, detail: `resident: ${command.outcome}` }];
    case 'acknowledge-alarm':
      return [{ target: command.alarm, detail: null }];
    case 'dispose-alarm':
      return [{ target: command.alarm, detail: command.disposition }];
    case 'raise-alarm':
      return [
        {
          target: postedAlarmId(command),
          detail: `${command.rule} for ${command.key}: ${command.severity} ${command.category} at ${command.place} (${command.id})`,
        },
      ];
    case 'clear-alarm':
      return [{ target: `${command.rule} for ${command.key}`, detail: command.id }];
    case 'command-device':
      return [
        {
          target: `device ${command.device}`,
          detail: `${command.command} (${command.id})${command.confirmed ? `, confirmed: ${command.confirmed.reason}` : ''}`,
        },
      ];
    case 'withdraw-device-command':
      return [{ target: `device ${command.device}`, detail: command.id }];
    case 'replay-quarantine':
    case 'discard-quarantine':
      return [{ target: command.ids.slice(0, mostIds).join(','), detail: `${command.ids.length} messages` }];
    case 'open-session':
      return [{ target: command.account, detail: null }];
    case 'close-session':
      return [{ target: actor.id, detail: null }];
    case 'announce':
      return [
        {
          target: 'people',
          detail: command.bulletins
            .slice(0, mostIds)
            .map((each) => each.id)
            .join(', '),
        },
      ];
    case 'advance-clock':
      return [{ target: 'clock', detail: command.to === undefined ? null : String(command.to) }];
  }
}

/** Which version of the rule it made, and what is different in it. */
function ruleDetail({ id }: ResourceChange, versionsOf: LastVersions): string {
  const [after, before] = versionsOf(id);
  if (!after) return '';
  const diff = after.source === null ? '' : ruleDiff(id, before?.source ?? null, after.source);
  return ` (version ${after.version})${diff === '' ? '' : `\n${diff}`}`;
}
