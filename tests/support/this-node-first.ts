import { delimiter, dirname } from 'node:path';

/** The environment with the Node that runs this before whatever Node the system has: tools are started by `env node`. */
export const thisNodeFirst = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
});
