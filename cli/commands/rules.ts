import type { Command } from 'commander';
import { readText } from '#cli/commands/import.ts';
import { addRulesBacktestCommand } from '#cli/commands/rules-backtest.ts';
import { addRulesTestCommand } from '#cli/commands/rules-test.ts';
import { CommandVerdict } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { describeProblem } from '#cli/rule-tests/describe-problem.ts';
import type { RuleProblem } from '#model/rule.ts';

export function addRulesCommand(program: Command, io: Io): void {
  const rules = program.command('rules').description('rules as code');
  rules
    .command('check')
    .description('say what is wrong with rule files, with line and column; needs no running platform')
    .argument('<files...>', 'rule files (YAML)')
    .option('--json', 'print the problems as a JSON array')
    .action(async (files: readonly string[], options: { json?: true }) => {
      // Loaded only here: no other command needs the rule language.
      const { checkRules } = await import('#rules/language/check-rules.ts');
      const found: (RuleProblem & { file: string })[] = [];
      for (const file of files) {
        const { problems } = checkRules(await readText(file), { file });
        found.push(...problems.map((problem) => ({ file, ...problem })));
      }
      if (options.json) io.out(JSON.stringify(found));
      else for (const problem of found) io.err(describeProblem(problem));
      if (found.length > 0) throw new CommandVerdict();
      if (!options.json) io.out(files.length === 1 ? `${files[0]}: valid` : `${files.length} files: valid`);
    });
  addRulesTestCommand(rules, io);
  addRulesBacktestCommand(rules, io);
}
