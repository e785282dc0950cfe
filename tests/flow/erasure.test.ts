import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);
const device = 'smoke-b3-05';
const word = 'grandmother-li-was-at-the-door';

/** Files of the data directory in which the text stands. */
const filesWith = (directory: string, text: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      try {
        return readFileSync(file).includes(text);
      } catch {
        // Gone between the two.
        return false;
      }
    })
    .map((file) => file.slice(directory.length + 1));

describe("a device's readings that are erased", () => {
  it('stand in no file any more, nor does anything say them, and the audit says who had it done', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    expect((await admin.post('/api/v1/import', community)).status).toBe(200);
    const broker = ['-h', '127.0.0.1', '-p', String(platform.ready.mqtt), '-u', device, '-P', tokens.smoke];
    const topic = `gridbell/lianfang-1/${device}/telemetry`;
    for (let index = 0; index < 3; index++) {
      const payload = JSON.stringify({ footage: `${word}-${index}` });
      await run('mosquitto_pub', [...broker, '-q', '1', '-t', topic, '-m', payload]);
    }
    const path = `/api/v1/devices/${device}`;
    const readings = `${path}/readings?property=footage`;
    await until(
      async () => (await admin.get<{ points: unknown[] }>(readings)).body.points.length,
      (count) => count === 3,
    );
    await run('mosquitto_pub', [...broker, '-q', '1', '-t', topic, '-m', '{"smoke":"perhaps"}']);
    const inQuarantine = async () =>
      (await admin.all<{ device: string }>('/api/v1/quarantine')).filter((entry) => entry.device === device);
    await until(inQuarantine, (entries) => entries.length === 1);
    expect(filesWith(directory.path, word)).toEqual(
      expect.arrayContaining(['history.duckdb.wal', 'ops.db-wal']),
    );

    const erased = await admin.post('/api/v1/history/erasures', { device });
    expect(erased).toMatchObject({ status: 200, body: { devices: [device], readings: 3 } });
    expect(filesWith(directory.path, word)).toEqual([]);
    expect((await admin.get<{ points: unknown[] }>(readings)).body.points).toEqual([]);
    expect(await inQuarantine()).toEqual([]);
    expect((await admin.get<object>(`${path}/latest`)).body).not.toHaveProperty('footage');
    const audit = await admin.all<{ action: string; target: string; detail: string }>('/api/v1/audit');
    expect(audit).toContainEqual(
      expect.objectContaining({ action: 'erase-devices', target: `device ${device}` }),
    );
    expect(audit).toContainEqual(
      expect.objectContaining({ action: 'note-history', detail: expect.stringContaining('3 readings') }),
    );
  });
});
