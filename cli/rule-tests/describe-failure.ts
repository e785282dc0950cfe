import type { Difference } from '#app/rule-tests/compare.ts';
import type { Fields } from '#app/rule-tests/fields.ts';
import type { Failure, TestResult, TraceOf } from '#app/rule-tests/result.ts';
import { table } from '#cli/table.ts';

/** What went wrong in a test, as lines for people; empty for one that passed. */
export function describeFailure({ failures, fault }: TestResult): readonly string[] {
  return [
    ...failures.flatMap(linesOf),
    ...(fault === null ? [] : [`Gridbell failed at this test: ${fault}`]),
  ];
}

function linesOf({ alarms, at, clock, held, refused, taskCount, tasks, traces }: Failure): readonly string[] {
  return [
    `at ${at} (${clock})`,
    ...indented([
      ...(refused === null ? [] : [refused]),
      ...alarms.flatMap((difference) => describeDifference('alarm', difference)),
      ...(taskCount ? [`tasks: expected ${taskCount.expected}, seen ${taskCount.seen}`] : []),
      ...tasks.flatMap((difference) =>
        taskCount && difference.kind === 'unexpected'
          ? [`  task ${name(difference.seen)}${rest(difference.seen)}`]
          : describeDifference('task', difference),
      ),
      ...held.map(({ detail, device, reason }) => `no reading: ${device}: ${reason}, ${detail}`),
      ...traces.flatMap(describeTrace),
    ]),
  ];
}

function describeDifference(what: 'alarm' | 'task', difference: Difference): readonly string[] {
  switch (difference.kind) {
    case 'missing':
      return [`${what} missing: ${name(difference.expected)}${rest(difference.expected)}`];
    case 'unexpected':
      return [`${what} not expected: ${name(difference.seen)}${rest(difference.seen)}`];
    case 'differs': {
      const rows = difference.fields.map(({ expected, field, seen }) => [
        kebab(field),
        text(expected),
        text(seen),
      ]);
      return [
        `${what} differs: ${name(difference.seen)}`,
        ...indented(table(['', 'expected', 'seen'], rows).split('\n')),
      ];
    }
  }
}

/** How people name it; what names it is not said again. */
const naming = ['rule', 'key', 'title'] as const;
const isNaming = (field: string): boolean => naming.some((one) => one === field) || field === 'titleZh';

const name = (fields: Fields): string => {
  if (fields['title'] !== undefined) return JSON.stringify(fields['title']);
  const known = naming.flatMap((field) => (fields[field] === undefined ? [] : [text(fields[field])]));
  return known.length > 0 ? known.join(' ') : 'of any rule';
};

/** What people look at first; the rest is what most alarms have in common. */
const shown: readonly string[] = [
  'state',
  'severity',
  'startedAt',
  'clearedAt',
  'assignee',
  'category',
  'device',
  'place',
];

const rest = (fields: Fields): string => {
  const all = Object.keys(fields).filter((field) => !isNaming(field) && fields[field] !== null);
  const isSeen = fields['titleZh'] !== undefined || fields['lifeSafety'] !== undefined;
  const worth = isSeen ? shown.filter((field) => all.includes(field)) : all;
  const parts = worth.map((field) => `${kebab(field)} ${text(fields[field] ?? null)}`);
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
};

function describeTrace({ device, entries, omitted, rule }: TraceOf): readonly string[] {
  const rows = entries.map(({ at, inputs, outcome, reason }) => [
    at,
    Object.entries(inputs)
      .map(([property, value]) => `${property}=${JSON.stringify(value)}`)
      .join(' ') || '(time)',
    outcome,
    reason,
  ]);
  return [
    `trace of ${rule} for ${device}${omitted > 0 ? `, the last ${entries.length} of ${entries.length + omitted}` : ''}`,
    ...indented(
      rows.length > 0 ? table(['at', 'said', 'outcome', 'reason'], rows).split('\n') : ['no reading woke it'],
    ),
  ];
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
const text = (value: Fields[string] | undefined): string => (value === null ? 'none' : String(value));
const kebab = (field: string): string => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
