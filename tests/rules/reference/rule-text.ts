import type {
  ConditionTree,
  HoursTree,
  NumberTree,
  RuleTree,
  TriggerTree,
  Units,
} from '#tests/rules/reference/rule-tree.ts';

const lengthText = (length: Units, unitMs: number): string => `${(length * unitMs) / 1000}s`;
const literal = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value));

function numberText(tree: NumberTree, unitMs: number): string {
  const text = (part: NumberTree): string => numberText(part, unitMs);
  const w = (length: Units): string => `'${lengthText(length, unitMs)}'`;
  switch (tree.is) {
    case 'literal':
      return tree.number < 0 ? `(${tree.number})` : String(tree.number);
    case 'value':
    case 'previous':
      return tree.is;
    case 'last':
      return `last('${tree.property}')`;
    case 'window':
      return `${tree.fn}('${tree.property}', ${w(tree.length)})`;
    case 'count-where':
      return `countWhere('${tree.property}', ${literal(tree.value)}, ${w(tree.length)})`;
    case 'others':
      return `others('${tree.property}', ${literal(tree.value)}, '${tree.scope}', ${w(tree.length)})`;
    case 'baseline':
      return `baseline('${tree.property}').${tree.part}`;
    case 'plus':
      return `(${text(tree.left)} + ${text(tree.right)})`;
    case 'minus':
      return `(${text(tree.left)} - ${text(tree.right)})`;
  }
}

/** The condition in CEL. */
export function conditionText(tree: ConditionTree, unitMs: number): string {
  const text = (part: ConditionTree): string => conditionText(part, unitMs);
  switch (tree.is) {
    case 'compare':
      return `${numberText(tree.left, unitMs)} ${tree.operator} ${numberText(tree.right, unitMs)}`;
    case 'says':
      return `value == ${tree.expected}`;
    case 'said':
      return `last('${tree.property}') == ${tree.expected}`;
    case 'changed':
      return 'value != previous';
    case 'fresh':
      return `age('${tree.property}') < duration('${lengthText(tree.within, unitMs)}')`;
    case 'in-message':
      return `'${tree.property}' in values`;
    case 'device':
      return `device.id == '${tree.id}'`;
    case 'not':
      return `!(${text(tree.inner)})`;
    case 'and':
      return `(${text(tree.left)} && ${text(tree.right)})`;
    case 'or':
      return `(${text(tree.left)} || ${text(tree.right)})`;
  }
}

function triggerSource(trigger: TriggerTree, unitMs: number): Record<string, unknown> {
  const length = (units: Units): string => lengthText(units, unitMs);
  switch (trigger.is) {
    case 'state':
      return {
        when: conditionText(trigger.when, unitMs),
        ...(trigger.clear && { clear: conditionText(trigger.clear, unitMs) }),
        ...(trigger.for > 0 && { for: length(trigger.for) }),
        ...(trigger.clearFor > 0 && { 'clear-for': length(trigger.clearFor) }),
      };
    case 'event':
      return { when: conditionText(trigger.when, unitMs), event: true };
    case 'silence':
      return { 'silent-for': trigger.silent === 'auto' ? 'auto' : length(trigger.silent) };
  }
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
const hoursSource = ({ from, to, days }: HoursTree): Record<string, string> => ({
  from: clock(from),
  to: clock(to),
  days: days.map((day) => dayNames[day - 1]).join(','),
});

/** The rule as a rule file has it. */
export function ruleSource(rule: RuleTree, unitMs: number): Record<string, unknown> {
  return {
    id: rule.id,
    category: 'facilities',
    severity: rule.severity,
    property: rule.properties,
    ...(rule.selected && { devices: rule.selected }),
    key: rule.key === 'credential' ? { by: 'device', and: 'credential' } : rule.key,
    ...triggerSource(rule.trigger, unitMs),
    ...(rule.levels.length > 0 && {
      levels: rule.levels.map(({ when, severity }) => ({ when: conditionText(when, unitMs), severity })),
    }),
    ...(rule.hours && { 'active-hours': hoursSource(rule.hours) }),
    ...(rule.unless.length > 0 && { unless: rule.unless }),
    'life-safety': rule.lifeSafety,
    lateness: lengthText(rule.lateness, unitMs),
  };
}
