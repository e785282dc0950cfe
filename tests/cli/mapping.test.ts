import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gridbell } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const good = `mappings:
  - id: acme
    messages:
      - topic: acme/{sn}
        address: "{sn}"
        time: { at: $.t, as: yyyy-MM-dd HH:mm:ss }
        values:
          - { property: temperature, at: $.f, unit: °F }
`;
const bad = good.replace('°F', 'parsec').replace('$.f', '$..f');

function files(contents: Readonly<Record<string, string>>) {
  const folder = temporaryDirectory();
  const paths = Object.entries(contents).map(([name, text]) => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return path;
  });
  return { paths, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe('mapping check', () => {
  it('says that a mapping is valid, and in each that is not all that is wrong', async () => {
    using made = files({ 'good.yaml': good, 'bad.yaml': bad });
    const [sound = '', broken = ''] = made.paths;
    expect(await gridbell(['mapping', 'check', sound])).toMatchObject({
      code: 0,
      err: [],
      out: `${sound}: valid`,
    });
    const { code, err } = await gridbell(['mapping', 'check', sound, broken]);
    expect(code).toBe(1);
    expect(err).toEqual([
      expect.stringMatching(new RegExp(`^${broken}:8:42: acme messages\\[0\\]\\.values\\[0\\]\\.at: `)),
      expect.stringContaining('parsec'),
    ]);
    const json = await gridbell(['mapping', 'check', broken, '--json']);
    expect(JSON.parse(json.out)).toHaveLength(2);
  });
});

describe('mapping try', () => {
  it('says what payloads become, in words and as data', async () => {
    using made = files({ 'm.yaml': good, 'payload.json': '{"t":"2026-01-01 11:58:00","f":72.5,"x":1}' });
    const [mapping = '', payload = ''] = made.paths;
    const { code, out } = await gridbell(['mapping', 'try', mapping, payload, '--topic', 'acme/d1']);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'acme/d1: read by messages[0]',
      '  d1',
      '    temperature = 22.5 Cel (72.5 [degF]) at 2026-01-01T03:58:00.000Z',
      '  not read: $.x',
    ]);
    const elsewhere = await gridbell([
      'mapping',
      'try',
      mapping,
      payload,
      '--topic',
      'acme/d1',
      '--zone',
      'UTC',
      '--json',
    ]);
    expect(JSON.parse(elsewhere.out)[0].devices[0].readings[0]).toMatchObject({
      at: '2026-01-01T11:58:00.000Z',
    });
  });

  it('takes lines of samples, and exits with 1 when something is refused', async () => {
    using made = files({
      'm.yaml': good,
      's.jsonl': '{"topic":"acme/d1","payload":{"f":70}}\n\n{"topic":"other","payload":"hello"}\n',
      'wrong.jsonl': 'hello\n',
      'bad.yaml': bad,
    });
    const [mapping = '', samples = '', wrong = '', broken = ''] = made.paths;
    const { code, out } = await gridbell(['mapping', 'try', mapping, samples]);
    expect(code).toBe(1);
    expect(out).toContain('other: refused\n  refused (unknown-topic)');
    expect((await gridbell(['mapping', 'try', mapping, wrong])).err.join()).toContain(
      `${wrong}:1: a sample is`,
    );
    expect((await gridbell(['mapping', 'try', broken, samples])).err).toHaveLength(2);
    expect((await gridbell(['mapping', 'try', mapping, samples, '--mapping', 'none'])).err.join()).toContain(
      'no mapping none',
    );
    expect((await gridbell(['mapping', 'try', mapping, 'nowhere', '--topic', 'x'])).err.join()).toContain(
      'cannot be read',
    );
  });
});
