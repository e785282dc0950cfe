import type { Command } from 'commander';
import type { Config } from '#app/config.ts';
import { lineOf } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { startFailureLine } from '#cli/next-step.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { stopAskedFor } from '#cli/stop-signal.ts';

interface StartOptions extends PlatformOptions {
  readonly clock?: string;
}

const stopWithinMs = 9_500;

export function addStartCommand(program: Command, io: Io): void {
  addPlatformOptions(
    program
      .command('start')
      .description('run the platform; one JSON line with "msg":"ready" on stdout says when it serves')
      .option(
        '--clock <kind>',
        'system: the wall clock; data: now is the greatest reading time (replay, tests)',
      ),
  ).action(async (options: StartOptions) => {
    const config = settingsOf(options, io, options.clock === undefined ? {} : { clock: options.clock });
    const stopAsked = stopAskedFor(io);
    const platform = await startOrExit(config, io);
    await stopAsked;
    await stopInTime(platform, io);
  });
}

/** A thread of a platform that started by half must not keep the process. */
async function startOrExit(config: Config, io: Io): Promise<{ stop(): Promise<void> }> {
  try {
    const { startPlatform } = await import('#app/platform.ts');
    return await startPlatform(config);
  } catch (error) {
    io.err(`gridbell: cannot start: ${startFailureLine(error, config)}`);
    process.exit(1);
  }
}

/** Exits by itself: a handle that somebody forgot must not keep a stopped platform alive. */
async function stopInTime(platform: { stop(): Promise<void> }, io: Io): Promise<never> {
  setTimeout(() => {
    io.err(
      'gridbell: stopping took too long and was cut short; nothing acknowledged is lost, start it again',
    );
    process.exit(1);
  }, stopWithinMs).unref();
  try {
    await platform.stop();
  } catch (error) {
    io.err(`gridbell: stopping failed: ${lineOf(error)}; nothing acknowledged is lost, start it again`);
    process.exit(1);
  }
  process.exit(0);
}
