import type { Command } from 'commander';
import type { Io } from '#cli/io.ts';
import { call, listAll, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { column, table } from '#cli/table.ts';
import { tokenLine } from '#cli/token-line.ts';

interface AddOptions extends PlatformOptions {
  readonly dialect: string;
  readonly place: string;
  readonly topic?: string;
  readonly mapping?: string;
  readonly name?: string;
  readonly json?: true;
}

export function addGatewayCommand(program: Command, io: Io): void {
  const gateway = program.command('gateway').description('gateways and what they carry');
  addAdd(gateway, io);
  addList(gateway, io);
}

function addAdd(gateway: Command, io: Io): void {
  addPlatformOptions(
    gateway
      .command('add')
      .description('add a gateway; its token is shown once')
      .argument('<id>', 'letters, digits, - and _')
      .requiredOption('--dialect <dialect>', 'how what it carries is read: zigbee2mqtt, chirpstack, …')
      .requiredOption('--place <place>', 'id of the place where it is')
      .option(
        '--topic <filter>',
        'the MQTT filter that it may publish to; default: the usual one of the dialect',
      )
      .option('--mapping <id>', 'of the dialect custom: which mapping reads it')
      .option('--name <name>', 'for people')
      .option('--json', 'print the answer as JSON'),
  ).action(async (id: string, options: AddOptions) => {
    const { config: _config, dataDir: _dataDir, json, topic, ...rest } = options;
    await withOperator(settingsOf(options, io), async (operator) => {
      const body = { dialect: options.dialect, topic: topic ?? '#' };
      const checked = (await call(operator, 'POST', '/api/v1/gateways/check-topic', { body })) as Checked;
      const answer = await call(operator, 'POST', '/api/v1/gateways', {
        body: { id, ...rest, topic: topic ?? checked.usual ?? undefined },
      });
      io.out(json ? JSON.stringify(answer) : `added ${id}${tokenLine(answer)}`);
    });
  });
}

interface Checked {
  readonly usual: string | null;
}
interface Listed {
  readonly carried: { readonly claimed: number; readonly unclaimed: number };
  readonly quarantined: number;
}

function addList(gateway: Command, io: Io): void {
  addPlatformOptions(
    gateway.command('list').description('list the gateways').option('--json', 'print a JSON array'),
  ).action(async (options: PlatformOptions & { json?: true }) => {
    await withOperator(settingsOf(options, io), async (operator) => {
      const items = await listAll(operator, '/api/v1/gateways?limit=500');
      const rows = items.map((item) => {
        const { carried, quarantined } = item as Listed;
        const counts = [carried.claimed, carried.unclaimed, quarantined].map(String);
        return [...column(item, ['id', 'dialect', 'topic', 'place', 'online']), ...counts];
      });
      const names = ['id', 'dialect', 'topic', 'place', 'online', 'claimed', 'unclaimed', 'quarantined'];
      io.out(options.json ? JSON.stringify(items) : table(names, rows));
    });
  });
}
