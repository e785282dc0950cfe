import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { endWithUs, type Server } from './server.ts';

/** Debian puts it where only root's PATH looks. */
const programs = ['mosquitto', '/usr/sbin/mosquitto'];

/**
 * Mosquitto alone, without accounts, persistence or subscribers: it acknowledges and forgets. What an acknowledgement
 * costs when nothing stands behind it.
 */
export class MosquittoProcess implements Server {
  readonly pid: number;
  readonly mqtt: number;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, pid: number, mqtt: number, directory: string) {
    this.#child = child;
    this.pid = pid;
    this.mqtt = mqtt;
    this.#directory = directory;
  }

  /** Rejects when it is not installed (Debian's package `mosquitto`). */
  static async start(): Promise<MosquittoProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
    const mqtt = await freePort();
    const config = join(directory, 'mosquitto.conf');
    await writeFile(
      config,
      `listener ${mqtt} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type error\n`,
    );
    for (const program of programs) {
      const child = spawn(program, ['-c', config], { stdio: 'ignore' });
      const hasStarted = await once(child, 'spawn').then(
        () => true,
        () => false,
      );
      if (!hasStarted || child.pid === undefined) continue;
      endWithUs(child, directory);
      await listening(mqtt, child);
      return new MosquittoProcess(child, child.pid, mqtt, directory);
    }
    throw new Error('mosquitto cannot be started: install it (apt-get install mosquitto)');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await pause(20);
  }
  throw new Error(`mosquitto ended with ${child.exitCode}`);
}
