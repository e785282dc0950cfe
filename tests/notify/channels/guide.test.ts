import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { camelKeys } from '#model/casing.ts';
import { type AdapterKind, channelTypes } from '#notify/channel-kinds.ts';
import { signatureHeaders, signingKey } from '#notify/channels/webhook-signature.ts';
import { testTools } from '#tests/notify/channels/support/channel-tools.ts';

const guide = readFileSync('docs/channels.md', 'utf8');
const blocks = (language: string): readonly string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text ?? '',
  );
const examples = blocks('yaml').flatMap((text) => Object.entries(parse(text) as Record<string, object>));
/** What each channel may have besides its own settings. */
const shared = ['kind', 'contentFree', 'timeout', 'severities'];

describe('the guide to channels', () => {
  it('has an example of every kind', () => {
    const kinds = new Set(examples.map(([, example]) => (example as { kind: string }).kind));
    expect([...kinds].sort()).toEqual(Object.keys(channelTypes).sort());
  });

  it.each(examples)('has an example (%s) that opens', (_, example) => {
    const written = camelKeys(example) as Record<string, unknown> & { readonly kind: AdapterKind };
    const type = channelTypes[written.kind];
    const own = Object.fromEntries(
      Object.entries(written)
        .filter(([name]) => !shared.includes(name))
        .map(([name, value]) =>
          name.endsWith('File') && type.secrets.some((secret) => name === `${secret}File`)
            ? [name.slice(0, -'File'.length), 'what stands in the file']
            : [name, value],
        ),
    );
    expect(
      [...Value.Errors(type.settings, own)].map(({ instancePath, message }) => `${instancePath} ${message}`),
    ).toEqual([]);
    expect(() => type.open(own as never, testTools())).not.toThrow();
  });

  it.each(Object.entries(channelTypes))('names every setting of %s', (_, type) => {
    const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const missing = Object.keys(type.settings.properties)
      .map(kebab)
      .filter((name) => !guide.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });

  it('has a check of webhooks that takes ours and nothing else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gridbell-guide-'));
    const file = join(directory, 'is-ours.mjs');
    writeFileSync(file, blocks('js')[0] ?? '');
    type Check = (headers: object, body: string, secret: string, nowSeconds: number) => boolean;
    const { isOurs } = (await import(pathToFileURL(file).href)) as { isOurs: Check };
    rmSync(directory, { recursive: true });
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
    const body = '{"type":"notice.assigned"}';
    const headers = signatureHeaders({ id: 't-1:3:0', atSeconds: 1_000, body }, [
      signingKey(other, 'secret'),
      signingKey(secret, 'previous-secret'),
    ]);
    expect(isOurs(headers, body, secret, 1_100)).toBe(true);
    expect(isOurs(headers, body, other, 1_100)).toBe(true);
    expect(isOurs(headers, `${body} `, secret, 1_100)).toBe(false);
    expect(isOurs(headers, body, secret, 1_301)).toBe(false);
    expect(isOurs({ ...headers, 'webhook-id': 't-2:1:0' }, body, secret, 1_100)).toBe(false);
    expect(isOurs({}, body, secret, 1_100)).toBe(false);
  });
});
