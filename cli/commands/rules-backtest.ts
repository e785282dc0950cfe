import type { Command } from 'commander';
import { type BacktestAnswer, describeBacktest } from '#cli/backtest/describe-backtest.ts';
import { draftIn } from '#cli/backtest/draft-in.ts';
import { momentIn } from '#cli/backtest/moment-in.ts';
import { readText } from '#cli/commands/import.ts';
import type { Io } from '#cli/io.ts';
import { call, type OperatorClient, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';

interface BacktestOptions extends PlatformOptions {
  readonly from: string;
  readonly to: string;
  readonly file?: string;
  readonly json?: true;
}

export function addRulesBacktestCommand(rules: Command, io: Io): void {
  addPlatformOptions(
    rules
      .command('backtest')
      .description('what a rule would have done with the readings of a time: alarms and work; raises nothing')
      .argument('<id>', 'the rule')
      .requiredOption('--from <time>', 'ISO 8601 with zone, or how long ago (30d)')
      .option('--to <time>', 'likewise; now is the default', 'now')
      .option('--file <file>', 'a draft of the rule (YAML), instead of the one that stands')
      .option('--json', 'print the answer as JSON'),
  ).action(async (id: string, options: BacktestOptions) => {
    const draft = options.file === undefined ? {} : { rule: await draftFrom(options.file, id) };
    await withOperator(settingsOf(options, io), async (operator) => {
      const range = await rangeIn(options, operator);
      const body = { ...range, ...draft };
      const answer = await call(operator, 'POST', `/api/v1/rules/${encodeURIComponent(id)}/backtest`, {
        body,
      });
      io.out(options.json ? JSON.stringify(answer) : describeBacktest(answer as BacktestAnswer));
    });
  });
}

/** Loaded only here: no other command of the operator needs the rule language. */
async function draftFrom(file: string, id: string): Promise<unknown> {
  const text = await readText(file);
  const { readRuleDocument } = await import('#rules/language/rule-document.ts');
  return draftIn({ text, id, file, entries: readRuleDocument(text, { mayBeOneRule: true }).entries });
}

async function rangeIn(
  { from, to }: Pick<BacktestOptions, 'from' | 'to'>,
  operator: OperatorClient,
): Promise<{ from: string; to: string }> {
  const { now } = (await call(operator, 'GET', '/api/v1/clock')) as { now: string };
  return { from: momentIn(from, now), to: momentIn(to, now) };
}
