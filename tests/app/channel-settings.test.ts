import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { readChannels } from '#app/notify/channel-settings.ts';
import type { ChannelType } from '#notify/channel.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const hook: ChannelType = {
  kind: 'webhook',
  settings: Type.Object(
    { url: Type.String({ pattern: '^https?://' }), secret: Type.String({ minLength: 8 }) },
    { additionalProperties: false },
  ),
  secrets: ['secret', 'url'],
  open: () => {
    throw new Error('not here');
  },
};
const read = (channels: object, files: Record<string, string> = {}) =>
  readChannels(JSON.stringify(channels), [hook], (path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`no such file ${path}`);
    return text;
  });

describe('channels of the settings', () => {
  it('are read with their own settings and with what every channel may have', () => {
    const { channels, problems } = read({
      'hook-1': {
        kind: 'webhook',
        url: 'https://a.example',
        secret: '12345678',
        'content-free': true,
        timeout: '3s',
        severities: ['critical'],
      },
    });
    expect(problems).toEqual([]);
    expect(channels).toMatchObject([
      {
        id: 'hook-1',
        shared: { kind: 'webhook', contentFree: true, timeout: '3s', severities: ['critical'] },
        own: { url: 'https://a.example', secret: '12345678' },
      },
    ]);
  });

  it('may have secrets in files', () => {
    const { channels } = read(
      { hook: { kind: 'webhook', url: 'https://a.example', 'secret-file': '/run/s' } },
      { '/run/s': 'of the file\n' },
    );
    expect(channels[0]?.own['secret']).toBe('of the file');
  });

  it.each([
    ['an unknown kind', { kind: 'pigeon' }, /kind must be one of webhook/],
    ['an unknown setting', { kind: 'webhook', url: 'https://a', secret: 'topsecret', colour: 1 }, /hook/],
    ['a secret that cannot be right', { kind: 'webhook', url: 'https://a', secret: 'topsec' }, /secret/],
    [
      'a file that is not there',
      { kind: 'webhook', url: 'https://a', 'secret-file': '/nowhere' },
      /secret-file/,
    ],
    [
      'a timeout that is none',
      { kind: 'webhook', url: 'https://a', secret: 'topsecret', timeout: 'soon' },
      /timeout/,
    ],
  ])('with %s are told, without the value', (_what, settings, pattern) => {
    const { channels, problems } = read({ hook: settings });
    expect(channels).toEqual([]);
    expect(problems.join()).toMatch(pattern);
    expect(problems.join()).not.toMatch(/topsec/);
  });

  it('have ids of their own', () => {
    expect(read({ stream: { kind: 'webhook' }, 'Ä b': {} }).problems).toHaveLength(2);
  });
});

describe('the settings notify-…', () => {
  it('come from a file as it is written in docs/notifications.md, and from the environment', () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'gridbell.yaml');
    writeFileSync(
      file,
      'notify:\n  allow-targets: [mail.lan, 10.0.0.0/8]\n  cascade: [b, a]\n  channels:\n    a: { kind: webhook, url-file: /x }\n',
    );
    const { notify } = loadConfig({ file, env: { GRIDBELL_NOTIFY_PROOF_WITHIN: '90s' } });
    expect(notify).toMatchObject({
      allowTargets: 'mail.lan,10.0.0.0/8',
      cascade: ['b', 'a'],
      proofWithinMs: 90_000,
      publicUrl: null,
    });
    expect(JSON.parse(notify.channels)).toEqual({ a: { kind: 'webhook', 'url-file': '/x' } });
    expect(() => loadConfig({ file, env: { GRIDBELL_NOTIFY_PUBLIC_URL: 'gridbell.example' } })).toThrow(
      /notify-public-url wants an http or https address/,
    );
  });
});
