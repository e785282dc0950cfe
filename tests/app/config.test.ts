import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { keepingOf } from '#model/retention.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const load = (yaml: string, env: Record<string, string> = {}, overrides: Record<string, string> = {}) => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'gridbell.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ file, env, overrides });
};

describe('settings', () => {
  it('have the defaults of the contract and listen on this machine alone', () => {
    expect(loadConfig({ env: {} })).toMatchObject({
      clock: 'system',
      host: '127.0.0.1',
      http: { port: 8080 },
      mqtt: { port: 1883, wsPort: 8083, tls: null },
    });
  });

  it('come from the file, the environment over it, the command line over both', () => {
    const config = load(
      'http: { port: 1 }\nmqtt-port: 2\nmqtt: { ws-port: 3 }\n',
      { GRIDBELL_MQTT_PORT: '22', GRIDBELL_CLOCK: 'system' },
      { clock: 'data' },
    );
    expect(config).toMatchObject({ http: { port: 1 }, mqtt: { port: 22, wsPort: 3 }, clock: 'data' });
  });

  it('name every mistake at once', () => {
    expect(() =>
      load('http-port: high\nhtp-port: 1\ntls-cert: a.pem\n', {
        GRIDBELL_CLOCK: 'sundial',
        GRIDBELL_COLOUR: 'red',
      }),
    ).toThrow(/GRIDBELL_COLOUR.*clock wants.*|http-port wants.*htp-port is no setting.*belong together/s);
    try {
      load('http-port: high\nhtp-port: 1\ntls-cert: a.pem\n', {
        GRIDBELL_CLOCK: 'sundial',
        GRIDBELL_COLOUR: 'red',
      });
    } catch (error) {
      const { message } = error as Error;
      for (const part of [
        'http-port wants',
        'htp-port is no',
        'GRIDBELL_CLOCK',
        'GRIDBELL_COLOUR',
        'belong together',
      ])
        expect(message).toContain(part);
    }
  });

  it('name an InfluxDB, with everything that does not fit together at once and no secret in the message', () => {
    expect(load('{}').history).toEqual({ kind: 'duckdb' });
    expect(
      load(
        'history: { kind: influxdb, url: "http://127.0.0.1:8086", database: gridbell, username: u, password: p }',
      ).history,
    ).toMatchObject({ kind: 'influxdb', database: 'gridbell', org: null, username: 'u' });
    expect(
      load('history: { kind: influxdb, url: "https://i.example", org: o, bucket: b, token: t }').history,
    ).toMatchObject({ database: 'b', org: 'o', token: 't' });
    const message = (yaml: string): string => {
      try {
        load(yaml);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const wrong = message('history: { kind: influxdb, org: o, token: geheim, username: u }');
    for (const part of ['history-url', 'history-database', 'belong together', 'history-token or'])
      expect(wrong).toContain(part);
    expect(wrong).not.toContain('geheim');
    expect(message('history: { kind: influxdb, url: "http://u:geheim@i", database: d }')).toMatch(
      /history-url wants/,
    );
    expect(message('history: { url: "http://i" }')).toMatch(/history-kind: influxdb/);
  });

  it('know no period that is longer than a timer can be', () => {
    expect(load('history-sort-every: 7d').historySortEveryMs).toBe(604_800_000);
    for (const wrong of ['40d', '0s', '-1s'])
      expect(() => load(`history-sort-every: ${wrong}`)).toThrow(/history-sort-every wants a duration/);
  });

  it('say how long what is kept: by class, by property, never roll-ups shorter than readings', () => {
    const day = 86_400_000;
    const kept = load(
      'history:\n  retention:\n    health: { readings: 30d }\n    personal: { readings: forever }\n    properties:\n      smoke: { readings: 7d, rollups: 8d }\n',
    ).retention;
    expect(kept.classes.health).toEqual({ readingsMs: 30 * day, rollupsMs: 365 * day });
    expect(kept.classes.personal).toEqual({ readingsMs: null, rollupsMs: null });
    expect(kept.properties).toEqual({ smoke: { readingsMs: 7 * day, rollupsMs: 8 * day } });
    expect(keepingOf(kept, 'heart-rate').readingsMs).toBe(30 * day);
    expect(keepingOf(kept, 'nobody-knows-it').readingsMs).toBe(30 * day);
    expect(keepingOf(load('').retention, 'smoke').readingsMs).toBe(730 * day);
    for (const wrong of [
      'health: { readings: 3h }',
      'health: { readings: 9d, rollups: 8d }',
      'vitals: { readings: 9d }',
      'health: 9d',
    ])
      expect(() => load(`history-retention: { ${wrong} }`), wrong).toThrow(
        /history-retention wants how long/,
      );
  });

  it('that are set to nothing in the environment are not set', () => {
    const config = load('http-port: 1', { GRIDBELL_HTTP_PORT: '', GRIDBELL_ADMIN_PASSWORD: '' });
    expect(config).toMatchObject({ http: { port: 1 }, adminPassword: null });
  });

  it('say when the file is not there or is no YAML', () => {
    expect(() => loadConfig({ file: 'nowhere.yaml', env: {} })).toThrow(/nowhere.yaml does not exist/);
    expect(() => load('a: [')).toThrow(/cannot be read/);
  });
});
