import type { Command } from 'commander';
import type { Io } from '#cli/io.ts';
import { call, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { tokenLine } from '#cli/token-line.ts';

interface CreateOptions extends PlatformOptions {
  readonly role: string;
  readonly name: string;
  readonly place?: string[];
  readonly json?: true;
}

export function addTokenCommand(program: Command, io: Io): void {
  const token = program.command('token').description('tokens for the HTTP API');
  addPlatformOptions(
    token
      .command('create')
      .description('make a bearer token, shown once')
      .requiredOption('--role <role>', 'what it may do: admin, auditor, …')
      .requiredOption('--name <name>', 'what it is for')
      .option('--place <places...>', 'where it may act; default: everywhere')
      .option('--json', 'print the answer as JSON'),
  ).action(async (options: CreateOptions) => {
    await withOperator(settingsOf(options, io), async (operator) => {
      const { role, name, place = [] } = options;
      const answer = await call(operator, 'POST', '/api/v1/tokens', { body: { role, name, places: place } });
      io.out(options.json ? JSON.stringify(answer) : `${name}${tokenLine(answer)}`);
    });
  });
}
