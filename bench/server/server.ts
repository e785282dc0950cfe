import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

/** A server under test: its own process, MQTT on a free port of 127.0.0.1. */
export interface Server extends AsyncDisposable {
  readonly pid: number;
  readonly mqtt: number;
}

/** A bench that ends early leaves neither a server nor its directory behind. */
export function endWithUs(child: ChildProcess, directory: string): void {
  const end = (): void => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', end);
  child.once('exit', () => process.removeListener('exit', end));
}
