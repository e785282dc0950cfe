import type { Command } from 'commander';
import { addOnboardingCommands } from '#cli/commands/onboarding.ts';
import type { Io } from '#cli/io.ts';
import { call, listAll, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { column, table } from '#cli/table.ts';
import { tokenLine } from '#cli/token-line.ts';

interface AddOptions extends PlatformOptions {
  readonly kind: string;
  readonly place: string;
  readonly name?: string;
  readonly resident?: string;
  readonly dialect?: string;
  readonly topic?: string;
  readonly expectEvery?: string;
  readonly tag?: string[];
  readonly json?: true;
}

export function addDeviceCommand(program: Command, io: Io): void {
  const device = program.command('device').description('devices and their tokens');
  addAdd(device, io);
  addList(device, io);
  addRotateToken(device, io);
  addOnboardingCommands(device, io);
}

function addAdd(device: Command, io: Io): void {
  addPlatformOptions(
    device
      .command('add')
      .description('add a device; its token is shown once')
      .argument('<id>', 'letters, digits, - and _')
      .requiredOption('--kind <kind>', 'smoke-detector, sos-button, …')
      .requiredOption('--place <place>', 'id of the place where it is')
      .option('--name <name>', 'for people')
      .option('--resident <id>', 'whom it belongs to')
      .option('--dialect <dialect>', 'of a gateway: how what it carries is read')
      .option('--topic <filter>', 'of a gateway: the MQTT filter that it may publish to')
      .option('--expect-every <duration>', 'its own cadence, such as 24h')
      .option('--tag <tags...>', 'words that rules may select by')
      .option('--json', 'print the answer as JSON'),
  ).action(async (id: string, options: AddOptions) => {
    const { config: _config, dataDir: _dataDir, json, tag, ...rest } = options;
    await withOperator(settingsOf(options, io), async (operator) => {
      const body = { id, ...rest, ...(tag && { tags: tag }) };
      const answer = await call(operator, 'POST', '/api/v1/devices', { body });
      io.out(json ? JSON.stringify(answer) : `added ${id}${tokenLine(answer)}`);
    });
  });
}

function addList(device: Command, io: Io): void {
  addPlatformOptions(
    device.command('list').description('list the devices').option('--json', 'print a JSON array'),
  ).action(async (options: PlatformOptions & { json?: true }) => {
    await withOperator(settingsOf(options, io), async (operator) => {
      const items = await listAll(operator, '/api/v1/devices?limit=500');
      io.out(
        options.json
          ? JSON.stringify(items)
          : table(
              ['id', 'kind', 'place', 'resident'],
              items.map((item) => column(item, ['id', 'kind', 'place', 'resident'])),
            ),
      );
    });
  });
}

function addRotateToken(device: Command, io: Io): void {
  addPlatformOptions(
    device
      .command('rotate-token')
      .description('make a new token, shown once; the old one ends at once')
      .argument('<id>', 'the device')
      .option('--json', 'print the answer as JSON'),
  ).action(async (id: string, options: PlatformOptions & { json?: true }) => {
    await withOperator(settingsOf(options, io), async (operator) => {
      const answer = await call(operator, 'POST', `/api/v1/devices/${encodeURIComponent(id)}/rotate-token`);
      io.out(options.json ? JSON.stringify(answer) : `${id}${tokenLine(answer)}`);
    });
  });
}
