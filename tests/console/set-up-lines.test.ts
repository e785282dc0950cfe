import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { dialects } from '#ingest/dialects/registry.ts';
import { type Connection, setUpLines } from '../../dashboards/console/src/pages/gateways/set-up-lines.ts';

/** A word that a file would have to quote. */
const token = '0e12: #"\\';
const connection = (more: Partial<Connection>): Connection => ({
  dialect: 'zigbee2mqtt',
  id: 'z2m-2',
  token,
  topic: 'zigbee2mqtt/#',
  host: '10.0.0.5',
  mqtt: 1883,
  mqtts: null,
  origin: 'http://10.0.0.5:8080',
  ...more,
});
const textOf = (more: Partial<Connection>): string =>
  setUpLines(connection(more))
    .map(({ text }) => text)
    .join('\n');

describe('the lines for a gateway’s own set-up', () => {
  it('are what its file reads, whatever stands in the password', () => {
    expect(parseYaml(textOf({ topic: 'zigbee2mqtt/upstairs/#' }))).toMatchObject({
      mqtt: {
        base_topic: 'zigbee2mqtt/upstairs',
        server: 'mqtt://10.0.0.5:1883',
        user: 'z2m-2',
        password: token,
      },
    });
    expect(parseYaml(textOf({ dialect: 'frigate', topic: 'frigate/#' }))).toEqual({
      mqtt: {
        enabled: true,
        host: '10.0.0.5',
        port: 1883,
        topic_prefix: 'frigate',
        user: 'z2m-2',
        password: token,
      },
    });
    expect(parseYaml(textOf({ dialect: 'esphome' }))).toEqual({
      mqtt: { broker: '10.0.0.5', port: 1883, username: 'z2m-2', password: token },
    });
    expect(JSON.parse(textOf({ dialect: 'thingsboard' }))).toEqual({
      thingsboard: {
        host: '10.0.0.5',
        port: 1883,
        security: { type: 'usernamePassword', clientId: 'z2m-2', username: 'z2m-2', password: token },
      },
    });
    expect(JSON.parse(textOf({ dialect: 'shelly' }))).toMatchObject({
      params: { config: { server: '10.0.0.5:1883', user: 'z2m-2', pass: token } },
    });
    expect(textOf({ dialect: 'chirpstack' })).toContain(`password = ${JSON.stringify(token)}`);
  });

  it('of a bridge are those of docs/bridges.md, encrypted where that is open', () => {
    const [, page = ''] = /^```\n(# What waits.*?)^```/ms.exec(readFileSync('docs/bridges.md', 'utf8')) ?? [];
    const lines = page.replaceAll(/^#.*\n/gm, '');
    const documented = { id: 'z2m-1', host: 'gridbell.example', token: 'TOKEN', dialect: 'home-assistant' };
    expect(textOf({ ...documented, mqtts: 8883 })).toBe(lines);
    expect(textOf(documented)).toBe(lines.replace('8883', '1883').replace(/bridge_capath.*\n/, ''));
    expect(setUpLines(connection({ dialect: 'the-things-stack', topic: 'v3/#' }))).toHaveLength(2);
  });

  it('over HTTP name the port that the address leaves out', () => {
    expect(textOf({ dialect: 'hikvision' })).toContain('Port: 8080\nProtocol: HTTP\n');
    expect(textOf({ dialect: 'hikvision', origin: 'https://gridbell.example' })).toContain(
      'Port: 443\nProtocol: HTTPS\n',
    );
  });

  it('say where the password goes when it is not shown any more, and are none where the make has a form', () => {
    expect(textOf({ token: null })).toContain('password: "TOKEN"');
    for (const dialect of dialects.keys())
      expect(textOf({ dialect, token: null }), dialect).not.toContain('null');
    expect(setUpLines(connection({ dialect: 'onvif' }))).toEqual([]);
  });
});
