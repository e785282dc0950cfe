import type { Command } from 'commander';
import { addHistoryCopyCommand } from '#cli/commands/history-copy.ts';
import { addHistoryExportCommand } from '#cli/commands/history-export.ts';
import { CommandFailure } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { call, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';

interface HistoryOptions extends PlatformOptions {
  readonly json?: true;
}
interface EraseOptions extends HistoryOptions {
  readonly device?: string;
  readonly resident?: string;
}

export function addHistoryCommand(program: Command, io: Io): void {
  const history = program.command('history').description('how history is; roll-ups, files and erasure');
  const plain = (name: string, method: 'GET' | 'POST', path: string, description: string): void => {
    addPlatformOptions(
      history.command(name).description(description).option('--json', 'print the answer as JSON'),
    ).action(async (options: HistoryOptions) => {
      await withOperator(settingsOf(options, io), async (operator) => {
        const answer = await call(operator, method, path);
        const waits = name === 'status' ? waiting(await call(operator, 'GET', '/metrics')) : {};
        const said = { ...(answer as object), ...waits };
        io.out(options.json ? JSON.stringify(said) : describe(said));
      });
    });
  };
  plain('status', 'GET', '/api/v1/history', 'how large history is and in what order');
  plain('rebuild', 'POST', '/api/v1/history/rebuild', 'make all roll-ups anew from the readings');
  plain(
    'compact',
    'POST',
    '/api/v1/history/compact',
    'write the files anew, so that the disk gets back what is free in them',
  );
  addHistoryCopyCommand(history, io);
  addHistoryExportCommand(history, io);
  addPlatformOptions(
    history
      .command('erase')
      .description('erase all that a device, or the devices of a resident, ever said')
      .option('--device <id>', 'of this device')
      .option('--resident <id>', 'of all devices that belong to this resident')
      .option('--json', 'print the answer as JSON'),
  ).action(async (options: EraseOptions) => {
    const { device, resident } = options;
    if ((device === undefined) === (resident === undefined))
      throw new CommandFailure('name a device or a resident: --device ID or --resident ID');
    await withOperator(settingsOf(options, io), async (operator) => {
      const body = device === undefined ? { resident } : { device };
      const answer = await call(operator, 'POST', '/api/v1/history/erasures', { body });
      io.out(options.json ? JSON.stringify(answer) : describe(answer));
    });
  });
}

/** `name  value`, a line each; how long what is kept stands in the settings. */
const describe = (answer: unknown): string =>
  Object.entries(answer as Readonly<Record<string, unknown>>)
    .filter(([name]) => name !== 'retention')
    .map(
      ([name, value]) =>
        `${words(name).padEnd(22)}${name === 'bytes' && value === 0 ? 'not known by the server' : valueSaid(value)}`,
    )
    .join('\n');

const valueSaid = (value: unknown): string => {
  if (value === null) return 'none';
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value).replaceAll(/^"|"$/g, '');
};

/** What is on its way to history, as the platform tells Prometheus. */
function waiting(metrics: unknown): object {
  const sample = (name: string): number | null => {
    const found = new RegExp(`^gridbell_history_${name} (.+)$`, 'm').exec(String(metrics))?.[1];
    return found === undefined ? null : Number(found);
  };
  return {
    waitingRecords: sample('lag_records'),
    waitingSeconds: sample('lag_seconds'),
    waitingBytes: sample('outbox_bytes'),
  };
}

const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
