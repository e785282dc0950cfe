import { describe, expect, it } from 'vitest';
import { gridbell } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const commands = [
  ['start'],
  ['import'],
  ['export'],
  ['device', 'add'],
  ['device', 'list'],
  ['device', 'rotate-token'],
  ['device', 'unclaimed'],
  ['device', 'claim'],
  ['device', 'claims'],
  ['device', 'replace'],
  ['device', 'retire'],
  ['device', 'put-back'],
  ['device', 'go-live'],
  ['gateway', 'add'],
  ['gateway', 'list'],
  ['user', 'add'],
  ['user', 'set-password'],
  ['user', 'list'],
  ['token', 'create'],
  ['replay'],
  ['sim', 'load'],
  ['rules', 'check'],
];

describe('every command', () => {
  it.each(commands)('%s %s has a help that exits with 0', async (...words: readonly string[]) => {
    const { code, out, err } = await gridbell([...words.filter(Boolean), '--help']);
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toContain(`Usage: gridbell ${words.filter(Boolean).join(' ')}`);
  });

  it('stands in the help of gridbell', async () => {
    const { out } = await gridbell(['--help']);
    for (const [word] of commands) expect(out).toMatch(new RegExp(`^  ${word}\\b`, 'm'));
  });
});

describe('a command line that is wrong', () => {
  it.each([
    [[], 'a command is missing; see gridbell --help'],
    [['strat'], "unknown command 'strat'; (Did you mean start?); see gridbell --help"],
    [['device'], 'a command is missing; see gridbell device --help'],
    [['device', 'ad'], "unknown command 'ad'; (Did you mean add?); see gridbell device --help"],
    [['import'], "missing required argument 'file'; see gridbell import --help"],
    [['import', 'a', 'b'], 'too many arguments'],
    [['export', '--nope'], "unknown option '--nope'; see gridbell export --help"],
    [['device', 'add', 'x'], "required option '--kind <kind>' not specified; see gridbell device add --help"],
    [['replay', 'x.csv'], "required option '--map <map>' not specified; see gridbell replay --help"],
    [['replay', 'x.csv', '--map', 'm', '--speed', '2'], "option '--speed <speed>' argument '2' is invalid"],
    [['replay', 'x.csv', '--map', 'm', '--rate', '0'], "option '--rate <n>' argument '0' is invalid"],
    [['sim', 'load', '--payload', 'huge'], "option '--payload <name>' argument 'huge' is invalid"],
    [['sim', 'load', '--connections', '1.5'], 'A whole number is wanted'],
  ])('%j is refused in one line', async (argv, said) => {
    const { code, out, err } = await gridbell(argv);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toHaveLength(1);
    expect(err[0]).toMatch(/^gridbell: [^\n]+$/);
    expect(err[0]).toContain(said);
  });
});

describe('settings that are wrong', () => {
  it('are refused in one line', async () => {
    const { code, err } = await gridbell(['start', '--clock', 'sundial'], {
      env: { GRIDBELL_HTTP_PORT: 'eighty' },
    });
    expect(code).toBe(1);
    expect(err).toHaveLength(1);
    expect(err[0]).toMatch(/sundial|clock/);
    expect(err[0]).toMatch(/http-port/);
  });

  it('name a file that is not there', async () => {
    const { code, err } = await gridbell(['export', '--config', 'nowhere.yaml']);
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringContaining('nowhere.yaml')]);
  });
});

describe('a file that is not there', () => {
  it('is named before anything is opened', async () => {
    const { code, err } = await gridbell(['import', 'nowhere.yaml']);
    expect(code).toBe(1);
    expect(err).toEqual([
      expect.stringMatching(/^gridbell: nowhere\.yaml cannot be read: .*check the path$/),
    ]);
  });
});

describe('replay', () => {
  it('says how to start a platform when none runs', async () => {
    using data = temporaryDirectory();
    const { code, err } = await gridbell([
      'replay',
      'x.csv',
      '--map',
      'examples/recordings/smoke-detection-iot/map.yaml',
      '--data-dir',
      data.path,
    ]);
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringContaining('start it with gridbell start')]);
  });
});

describe('user add', () => {
  it('takes no password but from standard input', async () => {
    const { code, err } = await gridbell(['user', 'add', 'zhou', '--role', 'grid-worker']);
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringContaining('--password-stdin')]);
  });

  it('refuses an empty password', async () => {
    const { code, err } = await gridbell(
      ['user', 'add', 'zhou', '--role', 'grid-worker', '--password-stdin'],
      {
        input: '\n',
      },
    );
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringContaining('empty')]);
  });
});
