import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { isFresh } from './support/caught-up.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';
import { Scrape } from './support/scrape.ts';

const run = promisify(execFile);

const signedIn = (platform: RunningPlatform, device: string, token: string): readonly string[] => [
  '-h',
  '127.0.0.1',
  '-p',
  String(platform.ready.mqtt),
  '-u',
  device,
  '-P',
  token,
];

const publish = (platform: RunningPlatform, device: string, token: string, payload: string) =>
  run('mosquitto_pub', [
    ...signedIn(platform, device, token),
    '-q',
    '1',
    '-t',
    `gridbell/lianfang-1/${device}/telemetry`,
    '-m',
    payload,
  ]);

/** The same message twice: the second as a device sends it that did not get the acknowledgement. */
async function publishTwice(platform: RunningPlatform, payload: string): Promise<void> {
  using client = await RawMqtt.connect({
    port: platform.ready.mqtt,
    username: 'climate-b3',
    password: tokens.climate,
    clientId: 'twice',
  });
  for (const dup of [false, true]) {
    const acknowledged = new Promise((resolve) => client.onPacket(resolve));
    const topic = 'gridbell/lianfang-1/climate-b3/telemetry';
    client.publish({ topic, payload, messageId: 7, dup });
    await acknowledged;
  }
}

describe('metrics', () => {
  it('move by what happens, each stage by its own', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const before = await until(
      () => Scrape.of(admin),
      (scrape) => isFresh(scrape) && scrape.get('gridbell_engine_lag_records') === 0,
    );

    await publish(platform, 'smoke-b3-05', tokens.smoke, '{"smoke":true,"temperature":21.5}');
    await publish(platform, 'climate-b3', tokens.climate, '{"temperature":"warm","humidity":40}');
    await publish(platform, 'climate-b3', tokens.climate, 'no json');
    await publishTwice(platform, '{"temperature":22}');
    await run('mosquitto_pub', [...signedIn(platform, 'climate-b3', 'wrong'), '-t', 'x', '-m', 'x']).catch(
      () => undefined,
    );

    const after = await until(
      () => Scrape.of(admin),
      (scrape) =>
        isFresh(scrape) &&
        scrape.get('gridbell_engine_lag_records') === 0 &&
        scrape.get('gridbell_readings_total') >= 4 &&
        scrape.get('gridbell_history_readings_total') >= 4 &&
        scrape.get('gridbell_mqtt_refused_total{reason="wrong-credentials"}') > 0,
    );
    const expected = {
      'gridbell_mqtt_messages_total{qos="1"}': 5,
      gridbell_mqtt_acknowledge_duration_seconds_count: 5,
      'gridbell_mqtt_refused_total{reason="wrong-credentials"}': 1,
      'gridbell_inbox_records_total{type="message"}': 5,
      'gridbell_ingest_decoded_messages_total{dialect="native"}': 3,
      'gridbell_ingest_quarantined_total{reason="wrong-type"}': 1,
      'gridbell_ingest_quarantined_total{reason="malformed"}': 1,
      'gridbell_ingest_repeats_total{reason="resent"}': 1,
      gridbell_readings_total: 4,
      gridbell_rules_observations_total: 3,
      'gridbell_rules_transitions_total{kind="raised"}': 1,
      'gridbell_alarms_raised_total{severity="critical"}': 1,
      'gridbell_alarms_active{severity="critical"}': 1,
      'gridbell_tasks_raised_total{severity="critical"}': 1,
      'gridbell_task_steps_total{action="file"}': 1,
      'gridbell_task_steps_total{action="dispatch"}': 1,
      'gridbell_tasks_open{state="dispatched"}': 1,
      gridbell_quarantined_messages: 2,
      gridbell_history_readings_total: 4,
      gridbell_engine_failures_total: 0,
      gridbell_engine_rebuilds_total: 0,
    };
    expect(after.since(before, Object.keys(expected))).toEqual(expected);
    for (const histogram of ['inbox_commit', 'engine_commit', 'history_append'])
      expect(after.get(`gridbell_${histogram}_duration_seconds_count`), histogram).toBeGreaterThan(0);
    for (const thread of ['main', 'broker', 'engine', 'history']) {
      expect(after.get(`gridbell_thread_up{thread="${thread}"}`)).toBe(1);
      expect(after.get(`gridbell_thread_heap_used_bytes{thread="${thread}"}`)).toBeGreaterThan(1e6);
    }
    expect(after.get('gridbell_thread_busy_seconds_total{thread="engine"}')).toBeGreaterThan(0);
  });

  it('come while the engine is stuck, and say that it is', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    // It may be in the middle of a commit.
    using ops = new DatabaseSync(join(directory.path, 'ops.db'), { timeout: 60_000 });
    // The engine waits for the lock, some seconds at a time, and does nothing else meanwhile.
    ops.exec('begin immediate');
    await publish(platform, 'smoke-b3-05', tokens.smoke, '{"smoke":true}');
    const scrape = await until(
      () => Scrape.of(admin),
      (told) => told.get('gridbell_thread_up{thread="engine"}') === 0,
    );
    expect(scrape.get('gridbell_up')).toBe(1);
    expect(scrape.get('gridbell_thread_up{thread="broker"}')).toBe(1);
    expect(scrape.get('gridbell_mqtt_messages_total{qos="1"}')).toBe(1);
    expect(scrape.get('gridbell_thread_silent_seconds{thread="engine"}')).toBeGreaterThan(0);
    ops.exec('rollback');
    const back = await until(
      () => Scrape.of(admin),
      (told) =>
        told.get('gridbell_thread_up{thread="engine"}') === 1 &&
        told.get('gridbell_alarms_raised_total{severity="critical"}') === 1,
    );
    expect(back.get('gridbell_engine_failures_total')).toBe(0);
    expect(back.get('gridbell_alarms_active{severity="critical"}')).toBe(1);
  });
});
