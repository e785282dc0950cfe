import type { Command } from 'commander';
import { type Config, loadConfig } from '#app/config.ts';
import type { Io } from '#cli/io.ts';

/** The options that say which platform is meant; every command that needs the data has them. */
export interface PlatformOptions {
  readonly config?: string;
  readonly dataDir?: string;
}

export const addPlatformOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'settings (default: gridbell.yaml, when it is there)')
    .option('--data-dir <dir>', 'data directory (default: of the settings, else ./data)');

/**
 * Settings from file, environment and options; the later wins. `overrides` are by setting name. Throws with all that is
 * wrong with them.
 */
export const settingsOf = (
  options: PlatformOptions,
  io: Io,
  overrides: Readonly<Record<string, string>> = {},
): Config =>
  loadConfig({
    ...(options.config === undefined ? {} : { file: options.config }),
    env: io.env,
    overrides: { ...(options.dataDir === undefined ? {} : { 'data-dir': options.dataDir }), ...overrides },
  });
