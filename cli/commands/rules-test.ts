import type { Command } from 'commander';
import type { Io } from '#cli/io.ts';
import type { RulesTestOptions } from '#cli/rule-tests/test-rules.ts';

export function addRulesTestCommand(rules: Command, io: Io): void {
  rules
    .command('test')
    .description('run rule tests (*.test.yaml) on the real engine; needs no running platform')
    .argument('<files...>', 'rule tests, or folders with some')
    .option('--junit <file>', 'write the results as JUnit XML, for CI')
    .option('--coverage', 'say in how many tests each rule fires, stays quiet and clears')
    .option('--json', 'print the results as JSON')
    .action(async (files: readonly string[], options: RulesTestOptions) => {
      // Loaded only here: no other command needs the engine.
      const { testRules } = await import('#cli/rule-tests/test-rules.ts');
      await testRules(files, options, io);
    });
}
