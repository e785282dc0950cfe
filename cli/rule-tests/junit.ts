import type { TestResult } from '#app/rule-tests/result.ts';
import { describeFailure } from '#cli/rule-tests/describe-failure.ts';
import type { RuleProblem } from '#model/rule.ts';

export interface JUnitOptions {
  readonly results: readonly TestResult[];
  /** Of files that could not be run: each an error of its file. */
  readonly problems: readonly RuleProblem[];
  readonly describeProblem: (problem: RuleProblem) => string;
}

/** Results as JUnit XML: a suite for each file, as CI servers read it (junit-10.xsd of Jenkins). */
export function junitXml({ describeProblem, problems, results }: JUnitOptions): string {
  const files = [...new Set([...results.map(({ file }) => file), ...problems.map(({ file }) => file ?? '')])];
  const suites = files.map((file) => {
    const cases = [
      ...results.filter((result) => result.file === file).map(caseOf),
      ...problems
        .filter((problem) => (problem.file ?? '') === file)
        .map((problem) => brokenCase(problem, describeProblem)),
    ];
    return { name: file, cases };
  });
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="gridbell rules test"${totals(all)}>`,
    ...suites.flatMap(({ cases, name }) => [
      `  <testsuite name="${escaped(name)}" file="${escaped(name)}"${totals(cases)}>`,
      ...cases.map(({ xml }) => `    ${xml}`),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Case {
  readonly kind: 'passed' | 'failure' | 'error';
  readonly seconds: number;
  readonly xml: string;
}

function caseOf(result: TestResult): Case {
  const { failures, fault, file, name, passed } = result;
  const seconds = result.ms / 1_000;
  const start = `<testcase name="${escaped(name)}" classname="${escaped(file)}" time="${seconds.toFixed(3)}"`;
  if (passed) return { kind: 'passed', seconds, xml: `${start}/>` };
  const kind = fault === null ? 'failure' : 'error';
  const message = fault ?? `not as expected at ${failures.map(({ at }) => at).join(', ')}`;
  const lines = describeFailure(result).join('\n');
  return {
    kind,
    seconds,
    xml: `${start}>${fault === null ? told('failure', message, lines) : told('error', message, lines)}</testcase>`,
  };
}

function brokenCase(problem: RuleProblem, describe: (problem: RuleProblem) => string): Case {
  const file = escaped(problem.file ?? '');
  const message = describe(problem);
  return {
    kind: 'error',
    seconds: 0,
    xml: `<testcase name="${escaped(message)}" classname="${file}" time="0.000">${told('error', message, message)}</testcase>`,
  };
}

const told = (element: 'failure' | 'error', message: string, lines: string): string =>
  `<${element} message="${escaped(message)}" type="${element === 'failure' ? 'expectation' : 'error'}">${escaped(lines)}</${element}>`;

function totals(cases: readonly Case[]): string {
  const count = (kind: Case['kind']): number => cases.filter((one) => one.kind === kind).length;
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  return ` tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" time="${seconds.toFixed(3)}"`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
/** What XML 1.0 has no way to write (§2.2). */
const unwritable = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(unwritable, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '');
