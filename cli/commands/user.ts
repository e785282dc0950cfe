import type { Command } from 'commander';
import { CommandFailure } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { call, listAll, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { column, table } from '#cli/table.ts';

interface AddOptions extends PlatformOptions {
  readonly role: string;
  readonly person?: string;
  readonly passwordStdin?: true;
  readonly json?: true;
}

export function addUserCommand(program: Command, io: Io): void {
  const user = program.command('user').description('accounts of people');
  addAdd(user, io);
  addList(user, io);
}

function addAdd(user: Command, io: Io): void {
  addPlatformOptions(
    user
      .command('add')
      .description('add an account; the password comes on standard input')
      .argument('<name>', 'what the person signs in with')
      .requiredOption('--role <role>', 'admin, grid-worker, …')
      .option('--person <id>', 'the person that it belongs to')
      .option(
        '--password-stdin',
        'read the password from standard input (required: an argument would be seen by others)',
      )
      .option('--json', 'print the answer as JSON'),
  ).action(async (name: string, options: AddOptions) => {
    if (!options.passwordStdin)
      throw new CommandFailure('a password is missing; give it on standard input with --password-stdin');
    const password = (await io.input()).replace(/\r?\n$/, '');
    if (password === '')
      throw new CommandFailure('the password on standard input is empty; give one line with it');
    await withOperator(settingsOf(options, io), async (operator) => {
      const answer = await call(operator, 'POST', '/api/v1/users', {
        body: { id: name, role: options.role, password, ...(options.person && { person: options.person }) },
      });
      io.out(options.json ? JSON.stringify(answer) : `added ${name}`);
    });
  });
}

function addList(user: Command, io: Io): void {
  addPlatformOptions(
    user.command('list').description('list the accounts').option('--json', 'print a JSON array'),
  ).action(async (options: PlatformOptions & { json?: true }) => {
    await withOperator(settingsOf(options, io), async (operator) => {
      const items = await listAll(operator, '/api/v1/users?limit=500');
      io.out(
        options.json
          ? JSON.stringify(items)
          : table(
              ['id', 'role', 'person'],
              items.map((item) => column(item, ['id', 'role', 'person'])),
            ),
      );
    });
  });
}
