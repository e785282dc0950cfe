import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addDemoCommand } from '#cli/commands/demo.ts';
import { addDeviceCommand } from '#cli/commands/device.ts';
import { addDoctorCommand } from '#cli/commands/doctor.ts';
import { addExportCommand } from '#cli/commands/export.ts';
import { addGatewayCommand } from '#cli/commands/gateway.ts';
import { addHistoryCommand } from '#cli/commands/history.ts';
import { addImportCommand } from '#cli/commands/import.ts';
import { addMappingCommand } from '#cli/commands/mapping.ts';
import { addReplayCommand } from '#cli/commands/replay.ts';
import { addRulesCommand } from '#cli/commands/rules.ts';
import { addSimCommand } from '#cli/commands/sim.ts';
import { addStartCommand } from '#cli/commands/start.ts';
import { addTokenCommand } from '#cli/commands/token.ts';
import { addUserCommand } from '#cli/commands/user.ts';
import { CommandFailure, CommandVerdict, lineOf, oneLine } from '#cli/failure.ts';
import { harmlessIo } from '#cli/harmless-io.ts';
import type { Io } from '#cli/io.ts';
import { GridbellError } from '#model/errors.ts';

function createProgram(io: Io): Command {
  const program = new Command('gridbell')
    .description('Gridbell 网格铃: sensors of a community, their alarms, and the work that follows')
    .version(ownVersion())
    .exitOverride()
    // Each command parses what stands behind it: or the options of `sim load` would be taken for those of `sim`.
    .enablePositionalOptions()
    // commander's own errors span several lines; runCommand says them in one.
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => {}, outputError: () => {} });
  addStartCommand(program, io);
  addDemoCommand(program, io);
  addImportCommand(program, io);
  addExportCommand(program, io);
  addDeviceCommand(program, io);
  addGatewayCommand(program, io);
  addUserCommand(program, io);
  addTokenCommand(program, io);
  addReplayCommand(program, io);
  addSimCommand(program, io);
  addRulesCommand(program, io);
  addMappingCommand(program, io);
  addHistoryCommand(program, io);
  addDoctorCommand(program, io);
  return program;
}

const ownVersion = (): string => {
  const file = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return file.version;
};

/** Runs one command line (without node and script) and answers its exit code. Never throws. */
export async function runCommand(argv: readonly string[], given: Io): Promise<number> {
  const io = harmlessIo(given);
  const program = createProgram(io);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommandVerdict) return error.exitCode;
    if (!(error instanceof CommanderError)) {
      const isOurs = error instanceof CommandFailure || error instanceof GridbellError;
      io.err(`gridbell: ${lineOf(error)}${isOurs ? '' : '; run it again, and report it when it stays'}`);
      return 1;
    }
    if (error.exitCode !== 0) io.err(`gridbell: ${usageError(error)}; see ${helpCall(program, argv)}`);
    return error.exitCode;
  }
}

const usageError = (error: CommanderError): string =>
  error.code === 'commander.help' ? 'a command is missing' : oneLine(error.message).replace(/^error: /, '');

/** The help that fits what was typed: `gridbell device add --help`. */
function helpCall(program: Command, argv: readonly string[]): string {
  const words = ['gridbell'];
  let level = program;
  for (const word of argv) {
    const next = level.commands.find((command) => command.name() === word);
    if (!next) break;
    words.push(word);
    level = next;
  }
  return [...words, '--help'].join(' ');
}
