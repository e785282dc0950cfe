import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

interface RuleView {
  readonly id: string;
  readonly version: number;
  readonly origin: string;
  readonly valid: boolean;
  readonly when?: string;
  readonly enabled?: boolean;
  readonly notTakenOver: { readonly file: string; readonly problems: readonly { line: number }[] } | null;
  readonly counts: Readonly<Record<string, number | string | null>>;
}
interface AuditEntry {
  readonly actor: string;
  readonly target: string;
  readonly detail: string;
}

const hot = (when: string, more = ''): string => `rules:
  - id: hot
    category: comfort
    severity: minor
    property: temperature
    when: ${when}
${more}`;

/** A platform on a rules directory, and what of its rules can be waited for. */
async function siteWith(files: Readonly<Record<string, string>>) {
  const directory = temporaryDirectory();
  const rules = join(directory.path, 'rules');
  mkdirSync(rules);
  const write = (name: string, text: string) => writeFileSync(join(rules, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const options = { dataDir: join(directory.path, 'data'), env: { GRIDBELL_RULES_DIR: rules } };
  let platform = await RunningPlatform.start(options);
  let admin = await ApiClient.signIn(platform);
  const rule = async (id = 'hot') => (await admin.get<RuleView>(`/api/v1/rules/${id}`)).body;
  return {
    rules,
    write,
    get platform() {
      return platform;
    },
    get admin() {
      return admin;
    },
    rule,
    isAt: (version: number, id = 'hot') =>
      until(
        () => rule(id),
        (seen) => seen.version === version,
      ),
    problems: async () => {
      const { body } = await admin.get<{ items: { name: string; problems: { line: number }[] }[] }>(
        '/api/v1/rules/files',
      );
      return body.items.flatMap((file) => file.problems.map(({ line }) => `${file.name}:${line}`));
    },
    again: async () => {
      platform = await RunningPlatform.start(options);
      admin = await ApiClient.signIn(platform);
    },
    async [Symbol.asyncDispose]() {
      await platform.kill();
      directory[Symbol.dispose]();
    },
  };
}

describe('a rules directory', () => {
  it('is followed: what is in it at the start, and each change, with author and difference in the audit', async () => {
    await using site = await siteWith({ 'site.yaml': hot('value > 30'), 'site.test.yaml': 'tests: []' });
    expect(await site.rule()).toMatchObject({ version: 1, origin: 'file:site.yaml', when: 'value > 30' });
    site.write('site.yaml', hot('value > 28'));
    expect(await site.isAt(2)).toMatchObject({ when: 'value > 28', origin: 'file:site.yaml' });
    // As editors write: another file takes its place.
    writeFileSync(join(site.rules, '.site.yaml.swp'), hot('value > 26'));
    renameSync(join(site.rules, '.site.yaml.swp'), join(site.rules, 'site.yaml'));
    expect(await site.isAt(3)).toMatchObject({ when: 'value > 26' });
    const audit = await site.admin.all<AuditEntry>('/api/v1/audit');
    expect(audit.find(({ target }) => target === 'rule hot')).toMatchObject({
      actor: 'file:site.yaml',
      detail: expect.stringMatching(
        /\(version 3\)\n--- hot.yaml[\s\S]*\n-when: value > 28\n\+when: value > 26\n/,
      ),
    });
    rmSync(join(site.rules, 'site.yaml'));
    await until(
      () => site.admin.get('/api/v1/rules/hot'),
      ({ status }) => status === 404,
    );
  });

  it('keeps what works when a file is broken, says where, and goes on when it is mended', async () => {
    await using site = await siteWith({ 'site.yaml': hot('value > 30') });
    site.write('site.yaml', 'rules: [ {\n');
    expect(await until(site.problems, ({ length }) => length > 0)).toContain('site.yaml:2');
    expect(await site.rule()).toMatchObject({ version: 1, valid: true });
    await until(
      async () => site.platform.output.join('\n'),
      (log) => /"level":50[^\n]*site\.yaml:2:1/.test(log),
    );
    site.write('site.yaml', hot('valeu > 30', '  - { id: other, category: comfort }\n'));
    expect(await site.isAt(1, 'other')).toMatchObject({ valid: false, origin: 'file:site.yaml' });
    expect(await site.rule()).toMatchObject({
      version: 1,
      valid: true,
      when: 'value > 30',
      notTakenOver: { file: 'site.yaml', problems: [{ line: 6 }] },
    });
    site.write('site.yaml', hot('value > 31'));
    expect(await site.isAt(2)).toMatchObject({ notTakenOver: null, when: 'value > 31' });
    await until(
      () => site.admin.get('/api/v1/rules/other'),
      ({ status }) => status === 404,
    );
  });

  it('is where its rules are edited: the API refuses with 409, and switches them', async () => {
    await using site = await siteWith({
      'a.yaml': hot('value > 30'),
      'b.yaml': hot('value > 1'),
      'c.yaml':
        'rules:\n  - { id: smoke-alarm, category: fire, severity: critical, property: smoke, when: value }\n',
    });
    expect(await site.problems()).toEqual(['b.yaml:null']);
    expect(await site.rule()).toMatchObject({ origin: 'file:a.yaml', when: 'value > 30' });
    const refused = await site.admin.send('DELETE', '/api/v1/rules/hot');
    expect(refused).toMatchObject({ status: 409, body: { code: 'belongs-to-file', files: ['a.yaml'] } });
    await site.admin.send('PATCH', '/api/v1/rules/hot', { enabled: false });
    site.write('a.yaml', hot('value > 29'));
    expect(await site.isAt(3)).toMatchObject({ enabled: false, when: 'value > 29' });
    expect(await site.rule('smoke-alarm')).toMatchObject({ version: 2, origin: 'file:c.yaml' });
    site.write('c.yaml', 'rules: []\n');
    expect(await site.isAt(3, 'smoke-alarm')).toMatchObject({ origin: 'library', when: 'value == true' });
  });

  it('is followed through a kill between the change of a file and its commit', async () => {
    await using site = await siteWith({ 'site.yaml': hot('value > 0') });
    for (let round = 1; round <= 3; round++) {
      site.write('site.yaml', hot(`value > ${round}`));
      // Before, within or after the moment in which the change is heard of.
      await until(
        async () => round < 3 || (await site.rule()).version > 3,
        (isEnough) => isEnough,
      );
      await site.platform.kill();
      await site.again();
      expect(await site.rule()).toMatchObject({ version: round + 1, when: `value > ${round}` });
    }
    const versions = await site.admin.all<{ version: number; diff: string }>('/api/v1/rules/hot/versions');
    expect(versions.map(({ version }) => version)).toEqual([4, 3, 2, 1]);
    for (const { diff } of versions) expect(diff).not.toBe('');
  });
});

it('a rule in the shadow raises nothing, and counts what it would have raised', async () => {
  await using site = await siteWith({ 'site.yaml': hot('value > 30', '    shadow: true\n') });
  const { admin, platform } = site;
  await admin.post('/api/v1/import', community);
  const say = (temperature: number) =>
    promisify(execFile)('mosquitto_pub', [
      '-L',
      `mqtt://climate-b3:${tokens.climate}@127.0.0.1:${platform.ready.mqtt}/gridbell/lianfang-1/climate-b3/telemetry`,
      '-q',
      '1',
      '-m',
      JSON.stringify({ temperature }),
    ]);
  await say(31);
  const counted = await until(site.rule, ({ counts }) => counts['shadowRaised'] === 1);
  expect(counted.counts).toMatchObject({ raised: 0, evaluations: 1, lastRaisedAt: expect.any(String) });
  expect((await admin.all('/api/v1/alarms?rule=hot')).length).toBe(0);
  site.write('site.yaml', hot('value > 30'));
  await site.isAt(2);
  await say(32);
  const loud = await until(site.rule, ({ counts }) => counts['raised'] === 1);
  expect(loud.counts).toMatchObject({ shadowRaised: 1 });
  expect((await admin.all('/api/v1/alarms?rule=hot')).length).toBe(1);
});
