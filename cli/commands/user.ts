import type { Command } from 'commander';
import { CommandFailure } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { call, listAll, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { column, table } from '#cli/table.ts';

interface PasswordOptions extends PlatformOptions {
  readonly passwordStdin?: true;
  readonly json?: true;
}
interface AddOptions extends PasswordOptions {
  readonly role: string;
  readonly person?: string;
}

const passwordHelp = 'read the password from standard input (required)';

export function addUserCommand(program: Command, io: Io): void {
  const user = program.command('user').description('accounts of people');
  addAdd(user, io);
  addSetPassword(user, io);
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
      .option('--password-stdin', passwordHelp)
      .option('--json', 'print the answer as JSON'),
  ).action(async (name: string, options: AddOptions) => {
    const password = await readPassword(options, io);
    await withOperator(settingsOf(options, io), async (operator) => {
      const answer = await call(operator, 'POST', '/api/v1/users', {
        body: { id: name, role: options.role, password, ...(options.person && { person: options.person }) },
      });
      io.out(options.json ? JSON.stringify(answer) : `added ${name}`);
    });
  });
}

function addSetPassword(user: Command, io: Io): void {
  addPlatformOptions(
    user
      .command('set-password')
      .description('give an account another password, which comes on standard input')
      .argument('<name>', 'the account')
      .option('--password-stdin', passwordHelp)
      .option('--json', 'print the answer as JSON'),
  ).action(async (name: string, options: PasswordOptions) => {
    const password = await readPassword(options, io);
    await withOperator(settingsOf(options, io), async (operator) => {
      const path = `/api/v1/users/${encodeURIComponent(name)}`;
      const answer = await call(operator, 'PATCH', path, { body: { password } });
      io.out(options.json ? JSON.stringify(answer) : `changed the password of ${name}`);
    });
  });
}

/** An argument would be seen by everybody who lists processes, and stay in the shell's history. */
async function readPassword({ passwordStdin }: PasswordOptions, io: Io): Promise<string> {
  if (!passwordStdin)
    throw new CommandFailure('a password is missing; give it on standard input with --password-stdin');
  const password = (await io.input()).replace(/\r?\n$/, '');
  if (password === '')
    throw new CommandFailure('the password on standard input is empty; give one line with it');
  return password;
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
