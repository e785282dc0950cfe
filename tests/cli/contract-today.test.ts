import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dialects } from '#ingest/dialects/registry.ts';
import { callForms } from '#rules/language/call-forms.ts';
import { checkRules } from '#rules/language/check-rules.ts';
import { taskActions } from '#tasks/transitions.ts';
import { gridbell } from '#tests/cli/terminal.ts';

const section = readFileSync('docs/contract.md', 'utf8').split('\n## ')[1] ?? '';

/** What stands in code marks in a cell; `device add\|list` is two. */
const namesIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, text = '']) => {
    const [first = '', ...others] = text.split('\\|');
    return [first, ...others.map((other) => `${first.split(' ')[0]} ${other}`)];
  });

function row(part: string): { readonly built: string; readonly later: string } {
  const line = section.split('\n').find((each) => each.startsWith(`| ${part} |`));
  const [, , built, later] = line?.split(/(?<!\\)\|/) ?? [];
  if (built === undefined || later === undefined) throw new Error(`no row ${part}`);
  return { built, later };
}

const ruleWhen = (when: string): string =>
  `rules: [{ id: r, category: fire, severity: minor, property: temperature, when: "${when}" }]`;

describe('what docs/contract.md says of today', () => {
  it('is true of the npm scripts', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    const scriptOf = (name: string): string => name.replace(/^npm (run )?/, '');
    expect(Object.keys(scripts)).toEqual(
      expect.arrayContaining(namesIn(row('npm scripts').built).map(scriptOf)),
    );
    for (const name of namesIn(row('npm scripts').later))
      expect(scripts).not.toHaveProperty([scriptOf(name)]);
  });

  it('is true of the commands', async () => {
    const { built, later } = row('`npx gridbell`');
    for (const name of namesIn(built)) {
      const { code, out } = await gridbell([...name.split(' '), '--help']);
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(out).toContain(`Usage: gridbell ${name}`);
    }
    for (const name of namesIn(later)) {
      expect((await gridbell(name.split(' '))).err.join(), name).toContain('unknown command');
    }
  });

  it('is true of the routes', () => {
    const routes = readFileSync('docs/api.md', 'utf8');
    const later = namesIn(row('routes').later).filter((name) => name.startsWith('/'));
    expect(later.length).toBeGreaterThan(0);
    for (const name of later) {
      expect(routes, name).not.toContain(`/api/v1${name.replace('{id}', ':id')}`);
    }
  });

  it('is true of dialects, task actions and functions of rules', () => {
    expect(row('MQTT').later).toContain(`dialects but ${[...dialects.keys()].join(' and ')}:`);
    for (const action of taskActions) expect(row('tasks').built).toContain(action);
    for (const [name, form] of Object.entries(callForms)) {
      expect(row('rules').built + row('rules').later).toContain(`\`${name}\``);
      const { problems } = checkRules(ruleWhen(`${form} == ${form}`), { file: 'r.yaml' });
      expect(problems.map(({ message }) => message).join(), name).toBe('');
    }
  });
});
