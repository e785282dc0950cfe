import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CommandFailure } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { call, withOperator } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { messageOf } from '#model/errors.ts';

export function addExportCommand(program: Command, io: Io): void {
  addPlatformOptions(
    program
      .command('export')
      .description('write the community file; it holds no secrets')
      .argument('[file]', 'where to; JSON when it ends in .json; default: standard output')
      .option('--json', 'JSON instead of YAML'),
  ).action(async (file: string | undefined, options: PlatformOptions & { json?: true }) => {
    // Loaded only here: whoever starts the platform need not wait for it.
    const { parse } = await import('yaml');
    const { yamlText } = await import('#api/community-file/yaml-text.ts');
    await withOperator(settingsOf(options, io), async (operator) => {
      const answer = await call(operator, 'GET', '/api/v1/export');
      const community: unknown = typeof answer === 'string' ? parse(answer) : answer;
      const text =
        options.json || file?.endsWith('.json')
          ? `${JSON.stringify(community, null, 2)}\n`
          : yamlText(community);
      if (file === undefined) io.out(text);
      else await writeText(file, text);
    });
  });
}

async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CommandFailure(`${file} cannot be written: ${messageOf(error)}; check the path`, {
      cause: error,
    });
  }
}
