import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { harmless } from '#cli/harmless-io.ts';
import { gridbell, operatorSocket } from '#tests/cli/terminal.ts';
import { fc } from '#tests/support/properties.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

/** Clears the screen, renames the window, and reads backwards. */
const nasty = '\u001b[2J\u001b]0;root\u0007\u009b31m\u202etxt';
const raw = /(?![\t\n])[\p{Cc}\u202e]/u;
const yamlName = JSON.stringify(nasty).replaceAll('\u009b', '\\u009b').replaceAll('\u202e', '\\u202e');

const rule = (id: string, when: string): string =>
  `rules:\n  - { id: ${id}, category: fire, severity: critical, property: smoke, when: '${when}' }\n`;

describe('what a command shows', () => {
  it('is only ever something to read, whatever a rule file says', async () => {
    using folder = temporaryDirectory();
    const bad = join(folder.path, `${nasty.replaceAll('/', '')}.yaml`);
    writeFileSync(bad, `${rule('x', 'value')}    ${yamlName}: 1\n${yamlName}: 2\n`);
    for (const argv of [
      ['check', bad],
      ['check', bad, '--json'],
      ['test', bad],
      ['check', `${nasty}.yaml`],
    ]) {
      const { code, err, out } = await gridbell(['rules', ...argv]);
      expect(code).not.toBe(0);
      expect(`${out}${err.join('')}`).toContain('\\u001b');
      expect(`${out}${err.join('')}`).not.toMatch(raw);
    }
  });

  it('is so for the names of rule tests, too', async () => {
    using folder = temporaryDirectory();
    writeFileSync(join(folder.path, 'a.yaml'), rule('a', 'value == true'));
    const test = `rules: a.yaml\ntests:\n  - name: ${yamlName}\n    input: []\n    expect: [ { at: 1s, alarms: [], tasks: 1 } ]\n`;
    writeFileSync(join(folder.path, 'a.test.yaml'), test);
    const { err, out } = await gridbell(['rules', 'test', join(folder.path, 'a.test.yaml')]);
    expect(`${out}${err.join('')}`).toContain('\\u001b[2J');
    expect(`${out}${err.join('')}`).not.toMatch(raw);
  });

  it('is so for what the platform answers, and stays JSON for programs', async () => {
    using folder = temporaryDirectory();
    mkdirSync(folder.path, { recursive: true });
    const item = { id: 'd', kind: 'door', name: nasty, place: 'b3' };
    await using _socket = await operatorSocket(folder.path, () => ({ body: { items: [item], next: null } }));
    const env = { GRIDBELL_DATA_DIR: folder.path };
    const shown = await gridbell(['device', 'list'], { env });
    const json = await gridbell(['device', 'list', '--json'], { env });
    for (const { code, out } of [shown, json]) {
      expect(code).toBe(0);
      expect(out).not.toMatch(raw);
    }
    expect(JSON.stringify(JSON.parse(json.out))).toContain(JSON.stringify(nasty).slice(1, -1));
  });

  it('says the same as JSON as before', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(harmless(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});
