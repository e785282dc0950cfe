import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CommandFailure } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { call, listAll, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { column, table } from '#cli/table.ts';
import { tokenLine } from '#cli/token-line.ts';
import { messageOf } from '#model/errors.ts';

interface Shown extends PlatformOptions {
  readonly json?: true;
}
interface ClaimOptions extends Shown {
  readonly place: string;
  readonly kind?: string;
  readonly name?: string;
  readonly resident?: string;
  readonly serial?: string;
  readonly expectEvery?: string;
  readonly tag?: string[];
  readonly live?: true;
}
interface ClaimsAnswer {
  readonly claimed: number;
  readonly added: number;
  readonly items: readonly unknown[];
}

const asJson = ['--json', 'print the answer as JSON'] as const;
const pathOf = (id: string, action: string): string => `/api/v1/devices/${encodeURIComponent(id)}/${action}`;

/** What becomes of devices beside adding them: claimed, replaced, out of use. */
export function addOnboardingCommands(device: Command, io: Io): void {
  addUnclaimed(device, io);
  addClaim(device, io);
  addClaims(device, io);
  addReplace(device, io);
  addRetire(device, io, {
    action: 'retire',
    about: 'take a device out of use; its history stays',
    done: 'is out of use',
  });
  addRetire(device, io, {
    action: 'go-live',
    about: 'end the probation of a claimed device: its alarms bring tasks',
    done: 'is live',
  });
  addRetire(device, io, {
    action: 'put-back',
    about: 'take a device into use again',
    done: 'is in use again',
  });
}

function addUnclaimed(device: Command, io: Io): void {
  addPlatformOptions(
    device
      .command('unclaimed')
      .description('list what gateways brought and nobody has claimed')
      .option('--gateway <id>', 'only of this gateway')
      .option('--json', 'print a JSON array'),
  ).action(async (options: Shown & { gateway?: string }) => {
    const of = options.gateway === undefined ? '' : `&gateway=${encodeURIComponent(options.gateway)}`;
    await withOperator(settingsOf(options, io), async (operator) => {
      const items = await listAll(operator, `/api/v1/devices/unclaimed?limit=500${of}`);
      const fields = ['id', 'kind', 'gateway', 'address', 'name', 'messages', 'lastHeard'];
      io.out(
        options.json
          ? JSON.stringify(items)
          : table(
              fields,
              items.map((item) => column(item, fields)),
            ),
      );
    });
  });
}

function addClaim(device: Command, io: Io): void {
  addPlatformOptions(
    device
      .command('claim')
      .description('say where a device is that a gateway brought')
      .argument('<id>', 'the device')
      .requiredOption('--place <place>', 'id of the place where it is')
      .option('--kind <kind>', 'what it is, where the guess is wrong')
      .option('--name <name>', 'for people')
      .option('--resident <id>', 'whom it belongs to')
      .option('--serial <number>', 'what stands on it')
      .option('--expect-every <duration>', 'its own cadence, such as 24h')
      .option('--tag <tags...>', 'words that rules may select by')
      .option('--live', 'its alarms bring tasks at once, also within its first 24 hours')
      .option(...asJson),
  ).action(async (id: string, options: ClaimOptions) => {
    const { config: _config, dataDir: _dataDir, json, tag, ...rest } = options;
    await withOperator(settingsOf(options, io), async (operator) => {
      const answer = await call(operator, 'POST', pathOf(id, 'claim'), {
        body: { ...rest, ...(tag && { tags: tag }) },
      });
      io.out(json ? JSON.stringify(answer) : `claimed ${id} at ${options.place}`);
    });
  });
}

function addClaims(device: Command, io: Io): void {
  addPlatformOptions(
    device
      .command('claims')
      .description('the same for a list: all of it or nothing')
      .argument(
        '<file>',
        'CSV in UTF-8, with a line of names such as gateway,address,place,kind,name; - for standard input',
      )
      .option('--dry-run', 'only say what would be')
      .option(...asJson),
  ).action(async (file: string, options: Shown & { dryRun?: true }) => {
    const text = file === '-' ? await io.input() : await readUtf8(file);
    await withOperator(settingsOf(options, io), async (operator) => {
      const path = `/api/v1/devices/claims${options.dryRun ? '?dryRun=true' : ''}`;
      const answer = (await call(operator, 'POST', path, {
        body: text,
        contentType: 'text/csv',
      })) as ClaimsAnswer;
      if (options.json) io.out(JSON.stringify(answer));
      else {
        const fields = ['where', 'id', 'kind', 'place'];
        const said = options.dryRun ? 'would be ' : '';
        const counts = `${answer.claimed} ${said}claimed, ${answer.added} ${said}added`;
        io.out(
          `${table(
            fields,
            answer.items.map((item) => column(item, fields)),
          )}\n${counts}`,
        );
      }
    });
  });
}

/** Its bytes must be UTF-8: names in another encoding would be put down wrong. */
async function readUtf8(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new CommandFailure(`${file} cannot be read: ${messageOf(error)}; check the path`, { cause: error });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CommandFailure(`${file} is not UTF-8 but perhaps GBK; save it as "CSV UTF-8"`, {
      cause: error,
    });
  }
}

interface ReplaceOptions extends Shown {
  readonly by?: string;
  readonly gateway?: string;
  readonly address?: string;
  readonly serial?: string;
  readonly model?: string;
  readonly reason?: string;
}

function addReplace(device: Command, io: Io): void {
  addPlatformOptions(
    device
      .command('replace')
      .description('let another thing do the work of a device; history, place and tasks stay')
      .argument('<id>', 'the device')
      .option('--by <id>', 'the unclaimed device that comes in its place')
      .option('--gateway <id>', 'who carries it, where that is another')
      .option('--address <address>', 'the name that its gateway has for it')
      .option('--serial <number>', 'what stands on the new one')
      .option('--model <model>', 'make and model of the new one')
      .option('--reason <words>', 'why')
      .option(...asJson),
  ).action(async (id: string, options: ReplaceOptions) => {
    const { config: _config, dataDir: _dataDir, json, ...body } = options;
    await withOperator(settingsOf(options, io), async (operator) => {
      const answer = await call(operator, 'POST', pathOf(id, 'replace'), { body });
      io.out(json ? JSON.stringify(answer) : `replaced ${id}${tokenLine(answer)}`);
    });
  });
}

function addRetire(
  device: Command,
  io: Io,
  { about, action, done }: { readonly action: string; readonly about: string; readonly done: string },
): void {
  addPlatformOptions(
    device
      .command(action)
      .description(about)
      .argument('<id>', 'the device')
      .option('--reason <words>', 'why')
      .option(...asJson),
  ).action(async (id: string, options: Shown & { reason?: string }) => {
    const { reason } = options;
    await withOperator(settingsOf(options, io), async (operator) => {
      const answer = await call(operator, 'POST', pathOf(id, action), {
        body: reason === undefined ? {} : { reason },
      });
      io.out(options.json ? JSON.stringify(answer) : `${id} ${done}`);
    });
  });
}
