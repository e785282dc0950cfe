import { spawnSync } from 'node:child_process';

/** Programs that the tests drive, with the Debian package that holds each. */
const programs = [
  { program: 'mosquitto_pub', debian: 'mosquitto-clients' },
  { program: 'mosquitto', debian: 'mosquitto' },
  { program: 'openssl', debian: 'openssl' },
  { program: 'curl', debian: 'curl' },
  { program: 'chromium', debian: 'chromium' },
  { program: 'influxd', debian: 'influxdb' },
] as const;

const isInstalled = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/** Installs what is missing with apt-get when run as root on Debian; answers a line for each program still missing. */
export function installRequirements(): string[] {
  const wanted = programs.filter(({ program }) => !isInstalled(program));
  if (wanted.length > 0 && process.getuid?.() === 0 && isInstalled('apt-get')) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env: environment });
    spawnSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', ...wanted.map(({ debian }) => debian)],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: environment,
      },
    );
  }
  return wanted
    .filter(({ program }) => !isInstalled(program))
    .map(
      ({ program, debian }) =>
        `${program} is missing: install Debian's package ${debian} (apt-get install ${debian})`,
    );
}
