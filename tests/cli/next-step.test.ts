import { describe, expect, it } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { nextStep, startFailureLine } from '#cli/next-step.ts';
import { errorCodes, GridbellError } from '#model/errors.ts';

const config = loadConfig({ env: { GRIDBELL_MQTT_WS_PORT: '8080' } });
const inUse = (port: number) => new Error(`listen EADDRINUSE: address already in use 127.0.0.1:${port}`);

describe('what to do next', () => {
  it('is said for every error code', () => {
    for (const code of Object.keys(errorCodes))
      expect(nextStep(code, '/api/v1/devices'), code).toMatch(/\w+/);
    expect(nextStep('not-found', '/api/v1/users/zhou')).toContain('gridbell user list');
    expect(nextStep('not-found', '/api/v1/export')).toContain('gridbell export');
    expect(nextStep('already-exists', '/api/v1/users')).toContain('user set-password');
  });

  it('names the setting of a port that is taken', () => {
    expect(startFailureLine(inUse(1883), config)).toMatch(/; stop what .* set another mqtt-port \(0: any/);
    expect(startFailureLine(inUse(8080), config)).toContain('another http-port or mqtt-ws-port');
    const denied = new Error('listen EACCES: permission denied 127.0.0.1:80');
    expect(startFailureLine(denied, loadConfig({ env: { GRIDBELL_HTTP_PORT: '80' } }))).toMatch(
      /; set http-port to a port above 1023$/,
    );
  });

  it('names the directory that may not be opened, and the host that is none of this machine', () => {
    const denied = new Error("EACCES: permission denied, mkdir '/data'");
    expect(startFailureLine(denied, config)).toContain(`may read and write ${config.dataDir}`);
    expect(
      startFailureLine(new Error('listen EADDRNOTAVAIL: address not available 9.9.9.9:1'), config),
    ).toMatch(/; set host to an address of this machine$/);
    expect(startFailureLine(new Error('something else'), config)).toMatch(
      /^something else; gridbell doctor .*docs\/operations.md says what a start needs$/,
    );
    expect(startFailureLine(new GridbellError('not-ready', 'in use: stop it'), config)).toBe(
      'in use: stop it',
    );
  });
});
