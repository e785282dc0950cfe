import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CommandFailure } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { call, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { messageOf } from '#model/errors.ts';

export function addImportCommand(program: Command, io: Io): void {
  addPlatformOptions(
    program
      .command('import')
      .description('bring a community file in: adds and updates, never deletes; made tokens are shown once')
      .argument('<file>', 'community file, YAML or JSON; - for standard input')
      .option('--json', 'print the answer as JSON'),
  ).action(async (file: string, options: PlatformOptions & { json?: true }) => {
    const text = file === '-' ? await io.input() : await readText(file);
    await withOperator(settingsOf(options, io), async (operator) => {
      const answer = await call(operator, 'POST', '/api/v1/import', {
        body: text,
        contentType: file.endsWith('.json') ? 'application/json' : 'application/yaml',
      });
      io.out(options.json ? JSON.stringify(answer) : describeImport(answer as ImportAnswer));
    });
  });
}

/** A file that the user named; says so when it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${messageOf(error)}; check the path`, { cause: error });
  }
}

interface ImportAnswer {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** By device id. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** The counts, then each token that was made. */
const describeImport = ({ created, updated, unchanged, tokens }: ImportAnswer): string =>
  [
    `${created} created, ${updated} updated, ${unchanged} unchanged`,
    ...Object.entries(tokens).map(([device, token]) => `${device}\ttoken ${token}`),
  ].join('\n');
