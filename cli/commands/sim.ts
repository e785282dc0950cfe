import type { Command } from 'commander';
import { addSimLoadCommand } from '#cli/commands/sim-load.ts';
import type { Io } from '#cli/io.ts';

export function addSimCommand(program: Command, io: Io): void {
  const sim = program
    .command('sim')
    .description('simulated devices for the running platform (docs/simulator.md)');
  addSimLoadCommand(sim, io);
}
