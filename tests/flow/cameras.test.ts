import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);

const withCameras = {
  ...community,
  devices: [
    { id: 'nvr', kind: 'gateway', dialect: 'frigate', topic: 'frigate/#', place: 'b3', token: 'nvr-token' },
    { id: 'lift-b3', kind: 'lift', place: 'b3', gateway: 'nvr', address: 'lift_b3' },
    { id: 'lane-b3', kind: 'fire-lane-camera', place: 'b3', gateway: 'nvr', address: 'fire_lane' },
    { id: 'front-b3', kind: 'camera', place: 'b3', gateway: 'nvr', address: 'front_door' },
  ],
};

describe('what a camera sees', () => {
  it('an e-bike in a lift is work at once, a car in the fire lane is known, and nobody has a name', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    const imported = await admin.post('/api/v1/import', withCameras);
    expect(imported.status, JSON.stringify(imported.body)).toBe(200);
    const publish = (topic: string, payload: unknown) =>
      run(
        'mosquitto_pub',
        [
          '-h',
          '127.0.0.1',
          '-p',
          String(platform.ready.mqtt),
          '-u',
          'nvr',
          '-P',
          'nvr-token',
          '-q',
          '1',
        ].concat([
          '-t',
          `frigate/${topic}`,
          '-m',
          typeof payload === 'string' ? payload : JSON.stringify(payload),
        ]),
      );
    const seconds = Date.now() / 1_000;
    const seen = (camera: string, label: string) => ({
      type: 'new',
      before: {},
      after: {
        id: `${seconds}-${label}`,
        camera,
        label,
        sub_label: ['王小明', 0.9],
        recognized_license_plate: '沪A12345',
        start_time: seconds,
        end_time: null,
        false_positive: false,
        stationary: false,
        current_zones: [],
      },
    });

    await publish('events', seen('lift_b3', 'electric_bike'));
    await publish('events', seen('front_door', 'electric_bike'));
    await publish('fire_lane/car', '1');
    const tasks = await until(
      () => admin.all<{ category: string; place: string; assignee: string }>('/api/v1/tasks'),
      (found) => found.length > 0,
    );
    const alarms = await admin.all<{ rule: string; key: string }>('/api/v1/alarms');
    expect(alarms).toMatchObject([{ rule: 'e-bike-in-lift', key: 'lift-b3' }]);
    expect(tasks).toMatchObject([{ category: 'fire', assignee: 'm-wang' }]);
    const lane = await until(
      async () =>
        (await admin.get<Record<string, { value: unknown }>>('/api/v1/devices/lane-b3/latest')).body,
      (latest) => latest['lane-blocked'] !== undefined,
    );
    expect(lane['lane-blocked']?.value).toBe(true);
    const front = (await admin.get<Record<string, unknown>>('/api/v1/devices/front-b3/latest')).body;
    expect(Object.keys(front)).not.toContain('lane-blocked');
    const all = JSON.stringify([tasks, alarms, lane, front, await admin.all('/api/v1/quarantine')]);
    for (const person of ['王小明', '沪A12345']) expect(all).not.toContain(person);
  });
});
