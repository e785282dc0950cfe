import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeenAlarm } from '#device-sim/run/alarms-seen.ts';
import { ApiClient } from '#tests/flow/support/api-client.ts';
import { RunningPlatform } from '#tests/flow/support/running-platform.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunningSim {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** `gridbell sim` in a process of its own. */
export function startSim(dataDir: string, args: readonly string[]): RunningSim {
  const command = ['cli/main.ts', 'sim', '--data-dir', dataDir, ...args];
  const ended = Promise.withResolvers<Ran>();
  const child = execFile(process.execPath, command, { maxBuffer: 2 ** 26 }, (error, out, err) =>
    ended.resolve({ code: error === null ? 0 : Number(error.code), out, err }),
  );
  return { child, ended: ended.promise };
}

/** … until it ends. */
export const sim = (dataDir: string, args: readonly string[]): Promise<Ran> => startSim(dataDir, args).ended;

interface TaskView {
  readonly id: string;
  readonly state: string;
  readonly assignee: string | null;
  readonly createdAt: string;
  readonly alarms: readonly string[];
}

/** What a run leaves: its log, its summary, and what the platform made of it, ids included. */
export interface Simulated extends Ran {
  readonly log: string;
  readonly alarms: readonly SeenAlarm[];
  readonly tasks: readonly TaskView[];
}

/** A run on a fresh platform on the data clock. */
export async function simulatedAfresh(directory: string, args: readonly string[]): Promise<Simulated> {
  const dataDir = join(directory, 'data');
  const logFile = join(directory, 'messages.jsonl');
  await using platform = await RunningPlatform.start({ dataDir, clock: 'data' });
  const ran = await sim(dataDir, [...args, '--log', logFile]);
  const admin = await ApiClient.signIn(platform);
  const tasks = await admin.all<TaskView>('/api/v1/tasks?limit=1000');
  const alarms = await admin.all<SeenAlarm>('/api/v1/alarms?limit=1000');
  await platform.stop();
  return {
    ...ran,
    log: existsSync(logFile) ? readFileSync(logFile, 'utf8') : '',
    alarms: alarms.map(({ device, id, key, rule, startedAt, tasks: held }) => ({
      device,
      id,
      key,
      rule,
      startedAt,
      tasks: held,
    })),
    tasks: tasks.map(({ alarms: held, assignee, createdAt, id, state }) => ({
      id,
      alarms: held,
      assignee,
      createdAt,
      state,
    })),
  };
}
