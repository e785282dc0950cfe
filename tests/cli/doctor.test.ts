import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '#app/doctor/finding.ts';
import { gridbell } from '#tests/cli/terminal.ts';
import { ApiClient, until } from '#tests/flow/support/api-client.ts';
import { community, tokens } from '#tests/flow/support/community.ts';
import { platformEnvironment, RunningPlatform } from '#tests/flow/support/running-platform.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { canMount, smallDisk } from '#tests/support/small-disk.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const anyPorts = { GRIDBELL_HTTP_PORT: '0', GRIDBELL_MQTT_PORT: '0', GRIDBELL_MQTT_WS_PORT: '0' };

/** Data directories of real platforms: one that stopped in order, one that was killed at work. */
const made = temporaryDirectory();
const stopped = join(made.path, 'stopped');
const killed = join(made.path, 'killed');

beforeAll(async () => {
  {
    await using platform = await RunningPlatform.start({ dataDir: stopped });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    using device = await RawMqtt.connect({
      port: platform.ready.mqtt,
      username: 'smoke-b3-05',
      password: tokens.smoke,
    });
    const topic = 'gridbell/lianfang-1/smoke-b3-05/telemetry';
    device.publish({ topic, payload: '{"smoke":true}', messageId: 1 });
    device.publish({ topic, payload: 'no json', messageId: 2 });
    await until(
      () => admin.all('/api/v1/tasks'),
      (tasks) => tasks.length === 1,
    );
    await until(
      () => admin.all('/api/v1/quarantine'),
      (held) => held.length === 1,
    );
    await platform.kill();
  }
  cpSync(stopped, killed, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  await using platform = await RunningPlatform.start({ dataDir: stopped });
  await platform.stop();
});
afterAll(() => made[Symbol.dispose]());

/** A copy to break. */
function copyOf(directory: string): Disposable & { readonly path: string } {
  const temporary = temporaryDirectory();
  const path = join(temporary.path, 'data');
  cpSync(directory, path, { recursive: true });
  chmodSync(path, 0o700);
  return { path, [Symbol.dispose]: () => temporary[Symbol.dispose]() };
}

interface Examined {
  readonly code: number;
  readonly findings: readonly Finding[];
  /** `check: found → what to do`, of all that is not well. */
  readonly wrong: readonly string[];
}

async function examine(
  dataDir: string,
  { deep = false, env = {} }: { deep?: boolean; env?: Record<string, string> } = {},
): Promise<Examined> {
  const words = ['doctor', '--json', '--data-dir', dataDir, ...(deep ? ['--deep'] : [])];
  const { code, err, out } = await gridbell(words, { env: { ...anyPorts, ...env } });
  expect(err).toEqual([]);
  const findings = JSON.parse(out) as Finding[];
  const wrong = findings
    .filter(({ outcome }) => outcome !== 'ok')
    .map(({ check, found, todo }) => `${check}: ${found} → ${todo}`);
  return { code, findings, wrong };
}

/** What is only advice ends with 0. */
const codeOf = (said: RegExp): number =>
  /^\^(tokens|coverage|configuration: (listens|clock))/.test(said.source) ? 0 : 1;

/** Every file with its content; times of change too. */
function fingerprints(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(directory, name)).isFile())
    .map((name) => {
      const path = join(directory, name);
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return `${name} ${statSync(path).mtimeMs} ${hash}`;
    })
    .sort((a, b) => a.localeCompare(b));
}

const newestSegment = (dataDir: string): string => {
  const name = readdirSync(join(dataDir, 'inbox'))
    .filter((file) => file.endsWith('.db'))
    .sort((a, b) => a.localeCompare(b))
    .at(-1);
  return join(dataDir, 'inbox', String(name));
};

function changeSealed(dataDir: string, which: 'min' | 'max'): void {
  using segment = new DatabaseSync(newestSegment(dataDir));
  segment.exec(
    `update batches set sealed = cast(substr(sealed, 1, 20) || x'00ff00ff' || substr(sealed, 25) as blob)
     where first = (select ${which}(first) from batches)`,
  );
}

/** A certificate and its key; `days`: for how long it is valid from now, or that it was so in 2020. */
function certificate(directory: string, days: number | '2020'): Record<string, string> {
  const inDirectory = (name: string): string => join(directory, name);
  const [cert, key, request] = [inDirectory('cert.pem'), inDirectory('key.pem'), inDirectory('request.pem')];
  writeFileSync(
    inDirectory('ca.cnf'),
    [
      '[ca]\ndefault_ca=own\n[own]\ndefault_md=sha256\npolicy=any\nrand_serial=yes',
      `database=${inDirectory('index')}\nnew_certs_dir=${directory}\n[any]\ncommonName=supplied\n`,
    ].join('\n'),
  );
  writeFileSync(inDirectory('index'), '');
  const run = (words: readonly string[]) => execFileSync('openssl', words, { stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  run(['req', '-new', ...curve, '-keyout', key, '-out', request, '-subj', '/CN=grid.example']);
  const validity =
    days === '2020'
      ? ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z']
      : ['-days', String(days)];
  const signing = ['-selfsign', '-keyfile', key, '-in', request, '-out', cert, '-batch', '-notext'];
  run(['ca', '-config', inDirectory('ca.cnf'), ...signing, ...validity]);
  return { GRIDBELL_TLS_CERT: cert, GRIDBELL_TLS_KEY: key, GRIDBELL_MQTTS_PORT: '0' };
}

describe('doctor', () => {
  it.each([
    ['that was stopped', stopped],
    ['that was killed', killed],
  ])('finds nothing wrong with a directory %s, and changes not a byte of it', async (_, directory) => {
    using data = copyOf(directory);
    const before = fingerprints(data.path);
    for (const deep of [false, true]) {
      const { code, wrong } = await examine(data.path, { deep });
      expect(wrong).toEqual([]);
      expect(code).toBe(0);
    }
    expect(fingerprints(data.path)).toEqual(before);
  });

  it('finds nothing wrong with a running platform, and says what it says of itself', async () => {
    using data = copyOf(stopped);
    await using platform = await RunningPlatform.start({ dataDir: data.path });
    const env = {
      GRIDBELL_HTTP_PORT: String(platform.ready.http),
      GRIDBELL_MQTT_PORT: String(platform.ready.mqtt),
    };
    const { code, findings, wrong } = await examine(data.path, { env });
    expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
    expect(findings).toContainEqual({
      check: 'platform',
      outcome: 'ok',
      found: 'runs and is well',
      todo: null,
    });
    expect(findings.filter(({ check }) => check === 'ports').map(({ found }) => found)).toEqual([
      `http-port ${platform.ready.http} takes connections`,
      `mqtt-port ${platform.ready.mqtt} takes connections`,
    ]);
  });

  it('finds nothing wrong before the first start, and makes nothing', async () => {
    using directory = temporaryDirectory();
    const data = join(directory.path, 'none');
    const { code, wrong } = await examine(data);
    expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
    expect(readdirSync(directory.path)).toEqual([]);
  });

  it('prints a line for each check, and below what is wrong what to do', async () => {
    using data = copyOf(stopped);
    rmSync(join(data.path, 'keys.json'));
    const { code, out } = await gridbell(['doctor', '--data-dir', data.path], { env: anyPorts });
    expect(code).toBe(1);
    expect(out).toMatch(/^✓ ops-store: whole/m);
    expect(out).toMatch(/^✗ keys: .*keys\.json is missing.*\n {2}→ put keys\.json back from a copy/m);
  });

  it.each<[string, (dataDir: string) => void, RegExp, boolean?]>([
    [
      'keys that are gone',
      (data) => rmSync(join(data, 'keys.json')),
      /^keys: .*is missing.*→ put keys\.json back/,
    ],
    [
      'keys that are cut',
      (data) => truncateSync(join(data, 'keys.json'), 10),
      /^keys: .*cannot be read → put/,
    ],
    [
      "another installation's keys",
      (data) => {
        const names = ['inbox', 'quarantine', 'deviceToken', 'pseudonym'];
        const other = Object.fromEntries(names.map((name) => [name, Buffer.alloc(32, 7).toString('base64')]));
        writeFileSync(join(data, 'keys.json'), JSON.stringify(other));
      },
      /^keys: .*another installation's → put/,
    ],
    [
      'keys that others may read',
      (data) => chmodSync(join(data, 'keys.json'), 0o644),
      /^data-directory: .*keys\.json is open to others \(644\) → chmod 600/,
    ],
    [
      'a directory that others may open',
      (data) => chmodSync(data, 0o755),
      /^data-directory: .*open to others \(755\) → chmod 700/,
    ],
    ['a cut ops store', (data) => truncateSync(join(data, 'ops.db'), 8_192), /^ops-store: .*damaged.*→ /],
    [
      'an ops store that is no such',
      (data) => writeFileSync(join(data, 'ops.db'), 'x'.repeat(9_000)),
      /^ops-store: .*ops\.db.*damaged.*→ /,
    ],
    [
      'an ops store of an older Gridbell',
      (data) => {
        using ops = new DatabaseSync(join(data, 'ops.db'));
        ops.exec('pragma user_version = 1');
      },
      /^ops-store: .*of store version 1, an older Gridbell's.*→ the next start brings it to this version/,
    ],
    [
      'a history of a task with an entry missing',
      (data) => {
        using ops = new DatabaseSync(join(data, 'ops.db'));
        ops.exec('drop trigger task_history_keeps_its_rows; delete from task_history where n = 1');
      },
      /^task-history: task .* misses entries of its history; .*, entry 2 of its history is not what was written.* → /,
    ],
    [
      'a word of a history changed by hand',
      (data) => {
        using ops = new DatabaseSync(join(data, 'ops.db'));
        ops.exec(
          `drop trigger task_history_keeps_its_words; update task_history set actor = 'nobody' where n = 2`,
        );
      },
      /^task-history: task .*, entry 2 of its history is not what was written → /,
    ],
    [
      'a task that was changed by hand',
      (data) => {
        using ops = new DatabaseSync(join(data, 'ops.db'));
        ops.exec(`update tasks set body = json_set(body, '$.state', 'closed')`);
      },
      /^task-history: task .* is closed, but its history ends in dispatched → /,
    ],
    [
      'an inbox that is gone',
      (data) => rmSync(join(data, 'inbox'), { recursive: true }),
      /^inbox: .*ends at record 0.*→ put ops\.db/,
    ],
    [
      'an inbox file that is no SQLite file',
      (data) => writeFileSync(newestSegment(data), 'x'.repeat(9_000)),
      /^inbox: .*not a database.*→ .*check the disk/,
    ],
    ['the newest batch changed', (data) => changeSealed(data, 'max'), /^inbox: .*does not open.*→ /],
    [
      'an old batch changed, with --deep',
      (data) => changeSealed(data, 'min'),
      /^inbox: .*batch at record \d+: it does not open.*→ /,
      true,
    ],
    [
      'a file of the inbox that somebody took',
      (data) => {
        using segment = new DatabaseSync(newestSegment(data));
        segment.exec(
          'delete from batches where first = (select max(first) from batches where first < (select max(first) from batches))',
        );
      },
      /^inbox: records \d+ to \d+ are missing; they were processed before → /,
    ],
    [
      'a batch that was set aside',
      (data) => {
        mkdirSync(join(data, 'inbox', 'damaged'));
        writeFileSync(join(data, 'inbox', 'damaged', '3.bin'), 'x');
      },
      /^inbox: .*damaged holds 1 batches.*3\.bin.*→ /,
    ],
    [
      'a cut history',
      (data) => truncateSync(join(data, 'history.duckdb'), 5_000),
      /^history: history cannot be opened.*→ move history\.duckdb/,
    ],
    [
      'a history that is gone',
      (data) => renameSync(join(data, 'history.duckdb'), join(data, 'h')),
      /^history: history\.duckdb is missing → /,
    ],
    [
      'a rule that does not load',
      (data) => {
        using ops = new DatabaseSync(join(data, 'ops.db'));
        ops.exec(
          `update resources set body = json_set(body, '$.when', 'nonsense >') where resource = 'rule' and id = 'smoke-alarm'`,
        );
      },
      /^rules: .*smoke-alarm: .*→ correct them/,
    ],
    [
      'nobody for a place',
      (data) => {
        using ops = new DatabaseSync(join(data, 'ops.db'));
        ops.exec(`update resources set body = null where resource in ('person', 'roster')`);
      },
      /^coverage: tasks would find nobody: .* at b3;.*→ /,
    ],
    [
      'a time zone that nobody knows',
      (data) => {
        using ops = new DatabaseSync(join(data, 'ops.db'));
        ops.exec(
          `update resources set body = json_set(body, '$.timezone', 'Asia/Nowhere') where resource = 'community'`,
        );
      },
      /^clock: .*Asia\/Nowhere is not known here → /,
    ],
    [
      'a clock that is behind the newest record',
      (data) => {
        using ops = new DatabaseSync(join(data, 'ops.db'));
        ops.exec(`update progress set value = value + 36000000 where name = 'engine-now'`);
      },
      /^clock: .*but the newest record is of.*→ set the clock/,
    ],
    [
      'keys of notifications that are damaged',
      (data) => writeFileSync(join(data, 'notify-keys.json'), '{}'),
      /^notifications: .*notify-keys.json is damaged.*→ /,
    ],
    [
      'a quarantine that fills',
      (data) => {
        using ops = new DatabaseSync(join(data, 'ops.db'));
        ops.exec(`with recursive n(x) as (select 1 union all select x + 1 from n where x < 1200)
          insert into quarantine (device, received_at, position, topic, dialect, reason, detail, payload)
          select device, received_at, position, topic, dialect, reason, detail, payload from quarantine, n where id = 1`);
      },
      /^quarantine: 1201 messages.*→ /,
    ],
  ])('names %s and says what to do', async (_, breakIt, said, deep = false) => {
    using data = copyOf(stopped);
    breakIt(data.path);
    const before = fingerprints(data.path);
    const { code, wrong } = await examine(data.path, { deep });
    expect(wrong).toContainEqual(expect.stringMatching(said));
    expect(code).toBe(codeOf(said));
    expect(fingerprints(data.path)).toEqual(before);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a setting that is none',
      { GRIDBELL_MQTT_PROT: '1' },
      /^configuration: GRIDBELL_MQTT_PROT is no setting.*→ correct/,
    ],
    [
      'a port that is no port',
      { GRIDBELL_HTTP_PORT: 'x' },
      /^configuration: .*http-port wants a port.*→ correct/,
    ],
    [
      'a channel with a mistake, without its secret',
      { GRIDBELL_NOTIFY_CHANNELS: '{"mail":{"kind":"email","password":"topsecret"}}' },
      /^notifications: notify: channels: mail: (?!.*topsecret).*→ correct/,
    ],
    [
      'words with a mistake',
      { GRIDBELL_NOTIFY_TEXTS: '{"assigned":{"zh":{"title":"{{ placename }}"}}}' },
      /^notifications: notify: texts: assigned: zh title: there is no field placename.*→ correct/,
    ],
    [
      'a siren that is none, for a place that is none',
      {
        GRIDBELL_NOTIFY_CHANNELS:
          '{"siren":{"kind":"mqtt","places":["b33"],"devices":[{"device":"siren-x","command":"on"}]}}',
      },
      /^notifications: the channel siren names what the community has not: device siren-x, place b33 → correct/,
    ],
    [
      'all addresses without TLS',
      { GRIDBELL_HOST: '0.0.0.0' },
      /^configuration: listens on 0\.0\.0\.0 without TLS.*→ give tls-cert/,
    ],
    ['the clock of the data', { GRIDBELL_CLOCK: 'data' }, /^configuration: clock is data.*→ /],
    [
      'one port for two',
      { GRIDBELL_HTTP_PORT: '18999', GRIDBELL_MQTT_PORT: '18999' },
      /^ports: http-port and mqtt-port are the same port → /,
    ],
  ])('names %s and says what to do', async (_, env, said) => {
    using data = copyOf(stopped);
    const { code, findings, wrong } = await examine(data.path, { env });
    expect(wrong).toContainEqual(expect.stringMatching(said));
    expect(code).toBe(codeOf(said));
    // The rest is looked at all the same.
    expect(findings.map(({ check }) => check)).toContain('ops-store');
  });

  it.runIf(canMount)('names a disk that fills, and one that is full', async () => {
    using disk = smallDisk(64);
    const data = join(disk.path, 'data');
    cpSync(stopped, data, { recursive: true });
    chmodSync(data, 0o700);
    expect((await examine(data)).wrong).toEqual([]);
    disk.fill(8 * 2 ** 20);
    expect((await examine(data)).wrong).toEqual([
      expect.stringMatching(/^disk: 8 MB of 64 MB.*not for long → make/),
    ]);
    disk.fill();
    const { code, wrong } = await examine(data);
    expect(code).toBe(1);
    expect(wrong).toContainEqual(
      expect.stringMatching(/^disk: 0 MB of 64 MB.*only what is vital.*→ make room/),
    );
    expect(wrong).toContainEqual(expect.stringMatching(/^disk: .*cannot be written.*→ make room/));
    expect(readdirSync(data).filter((name) => name.startsWith('.doctor'))).toEqual([]);
  });

  it('names a port that is taken', async () => {
    using data = copyOf(stopped);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = String(typeof address === 'object' && address ? address.port : 0);
    const { wrong } = await examine(data.path, { env: { GRIDBELL_MQTT_PORT: port } });
    server.close();
    expect(wrong).toEqual([
      expect.stringMatching(`^ports: mqtt-port ${port} cannot be had.*EADDRINUSE.*→ stop what`),
    ]);
  });

  it.each<[string, number | '2020', RegExp]>([
    ['expired', '2020', /^certificate: .*has expired \d+ days ago → have it renewed/],
    ['about to expire', 10, /^certificate: .*valid for 9 days → have it renewed/],
  ])('names a certificate that is %s', async (_, days, said) => {
    using data = copyOf(stopped);
    const { wrong } = await examine(data.path, { env: certificate(made.path, days) });
    expect(wrong).toEqual([expect.stringMatching(said)]);
  });

  it('names a key that is not that of the certificate, and is content with one that is', async () => {
    using data = copyOf(stopped);
    using other = temporaryDirectory();
    const env = certificate(made.path, 90);
    expect((await examine(data.path, { env })).wrong).toEqual([]);
    const { GRIDBELL_TLS_KEY: key = '' } = certificate(other.path, 90);
    const { wrong } = await examine(data.path, { env: { ...env, GRIDBELL_TLS_KEY: key } });
    expect(wrong).toEqual([expect.stringMatching(/^certificate: .*is not the key of.*→ /)]);
  });

  it('names what is wrong with the files of the rules directory, and a directory that is not there', async () => {
    using data = copyOf(stopped);
    using rules = temporaryDirectory();
    const looked = (rulesDir: string) => examine(data.path, { env: { GRIDBELL_RULES_DIR: rulesDir } });
    expect((await looked(rules.path)).wrong).toEqual([]);
    writeFileSync(join(rules.path, 'site.yaml'), 'rules:\n  - { id: a, severity: low }\n');
    expect((await looked(rules.path)).wrong).toEqual([
      expect.stringMatching(/^rules: rule files have mistakes: .*site\.yaml:2:\d+ .*→ correct them/),
    ]);
    expect((await looked(join(rules.path, 'nowhere'))).wrong).toEqual([
      expect.stringMatching(/^rules: the rule files cannot be read .*→ make the directory/),
    ]);
  });

  it('names a token that anybody would guess, and never says what it is', async () => {
    using data = copyOf(stopped);
    {
      await using platform = await RunningPlatform.start({ dataDir: data.path });
      const admin = await ApiClient.signIn(platform);
      const devices = [{ id: 'door-1', kind: 'door', place: 'b3', token: '12345678' }];
      expect((await admin.post('/api/v1/import', { devices })).status).toBe(200);
      await platform.stop();
    }
    const { findings, wrong } = await examine(data.path);
    expect(wrong).toEqual([
      expect.stringMatching(/^tokens: 1 devices .*door-1 → gridbell device rotate-token/),
    ]);
    const all = JSON.stringify(findings);
    const keys = JSON.parse(readFileSync(join(data.path, 'keys.json'), 'utf8')) as Record<string, string>;
    for (const secret of ['12345678', ...Object.values(keys)]) expect(all).not.toContain(secret);
  });

  it('says that somebody has the directory open who does not answer, and leaves history alone', async () => {
    using data = copyOf(stopped);
    using lock = new DatabaseSync(join(data.path, 'lock'));
    lock.exec('begin exclusive');
    const { findings, wrong } = await examine(data.path);
    expect(wrong).toEqual([
      expect.stringMatching(/^platform: something has the data directory open.*→ wait/),
    ]);
    expect(findings.map(({ check }) => check)).not.toContain('history');
  });

  it('says that it cannot tell whether something runs where the lock is not to be read, and looks at the rest', async () => {
    using data = copyOf(stopped);
    rmSync(join(data.path, 'lock'));
    mkdirSync(join(data.path, 'lock'));
    const { code, findings, wrong } = await examine(data.path);
    expect(code).toBe(1);
    expect(wrong).toEqual([
      expect.stringMatching(/^platform: whether something runs .* cannot be told: .*lock/),
    ]);
    expect(findings.map(({ check }) => check)).toContain('ops-store');
  });

  it('does not wait for a platform that is stuck', async () => {
    using data = copyOf(stopped);
    await using platform = await RunningPlatform.start({ dataDir: data.path });
    process.kill(platform.ready.pid, 'SIGSTOP');
    const words = ['cli/main.ts', 'doctor', '--data-dir', data.path];
    const env = { ...platformEnvironment(data.path) };
    const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
    const [code] = (await once(child, 'close')) as [number];
    expect(Buffer.concat(said).toString()).toMatch(
      /^! platform: something has the data directory open.*\n {2}→ wait/m,
    );
    expect(code).toBe(1);
  });

  it('says what a running platform is not well in', async () => {
    using data = copyOf(stopped);
    await using platform = await RunningPlatform.start({ dataDir: data.path });
    const admin = await ApiClient.signIn(platform);
    // It may be in the middle of a commit.
    using ops = new DatabaseSync(join(data.path, 'ops.db'), { timeout: 60_000 });
    ops.exec('begin immediate');
    using device = await RawMqtt.connect({
      port: platform.ready.mqtt,
      username: 'smoke-b3-05',
      password: tokens.smoke,
    });
    device.publish({
      topic: 'gridbell/lianfang-1/smoke-b3-05/telemetry',
      payload: '{"smoke":true}',
      messageId: 9,
    });
    await until(
      () => admin.get('/health/ready'),
      ({ status }) => status === 503,
    );
    const { code, wrong } = await examine(data.path);
    expect(code).toBe(1);
    expect(wrong.join('\n')).toMatch(/^platform: (engine|threads): .*→ docs\/operations\.md/m);
    ops.exec('rollback');
  });
});
