import { join } from 'node:path';
import { FlowsChild } from '#app/flows/child-process.ts';

/** What its requests prove themselves by, as the process was told. */
export const startSecret = 'secret';

/** Where a process of flows in this folder answers. */
export const socketPathOf = (userDir: string): string => join(userDir, 'editor.sock');

/** A process of flows that runs `program`, for a Gridbell that is not there. */
export const startFlowsChild = (parts: {
  readonly program: string;
  readonly userDir: string;
  readonly before?: readonly string[];
  readonly mayStartOthers?: boolean;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): FlowsChild =>
  new FlowsChild({
    before: parts.before ?? [],
    program: parts.program,
    mayStartOthers: parts.mayStartOthers ?? false,
    flags: parts.flags ?? [],
    env: parts.env ?? {},
    orders: {
      userDir: parts.userDir,
      socket: 'editor.sock',
      startSecret,
      credentialSecret: 'secret',
      gridbell: { url: 'http://127.0.0.1:9', token: 'token' },
      safeMode: false,
      mayInstall: false,
      palette: null,
    },
    socketPath: socketPathOf(parts.userDir),
    onLine: () => undefined,
    onFlood: () => undefined,
  });
