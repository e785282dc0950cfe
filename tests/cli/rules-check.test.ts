import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gridbell } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const good = `rules:
  - id: smoke
    category: fire
    severity: critical
    property: smoke
    when: value == true
`;
const bad = good.replace('value == true', 'valeu == true');

describe('rules check', () => {
  it('says that the rules of the smoke recording are valid', async () => {
    const { code, out, err } = await gridbell([
      'rules',
      'check',
      'examples/recordings/smoke-detection-iot/rules.yaml',
    ]);
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toContain('valid');
  });

  it('names file, line, column and rule of each mistake and exits with 1', async () => {
    using folder = temporaryDirectory();
    const files = ['good.yaml', 'bad.yaml'].map((name) => join(folder.path, name));
    writeFileSync(files[0] ?? '', good);
    writeFileSync(files[1] ?? '', bad);
    const { code, out, err } = await gridbell(['rules', 'check', ...files]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toHaveLength(1);
    expect(err[0]).toMatch(new RegExp(`^${files[1]}:6:\\d+: rule smoke, when: .*valeu`));
    const json = await gridbell(['rules', 'check', ...files, '--json']);
    expect(json).toMatchObject({ code: 1, err: [] });
    expect(JSON.parse(json.out)).toEqual([
      expect.objectContaining({ file: files[1], rule: 'smoke', path: 'when', line: 6 }),
    ]);
  });

  it('needs the files to be there', async () => {
    const { code, err } = await gridbell(['rules', 'check', 'nowhere.yaml']);
    expect({ code, err }).toEqual({ code: 1, err: [expect.stringContaining('nowhere.yaml cannot be read')] });
  });
});
