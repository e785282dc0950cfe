import { describe, expect, it } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { startPlatform } from '#app/platform.ts';
import { socketClient } from '#cli/operator.ts';
import { gridbell } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const env = {
  GRIDBELL_ADMIN_PASSWORD: 'for this test',
  GRIDBELL_HTTP_PORT: '0',
  GRIDBELL_MQTT_PORT: '0',
  GRIDBELL_MQTT_WS_PORT: '0',
  GRIDBELL_LOG_LEVEL: 'silent',
};

describe('commands while nothing runs', () => {
  it('work on the files, and a community that comes out goes in again without a difference', async () => {
    using data = temporaryDirectory();
    const run = (argv: string[], input = '') => gridbell([...argv, '--data-dir', data.path], { env, input });
    const imported = await run([
      'import',
      'examples/recordings/smoke-detection-iot/community.yaml',
      '--json',
    ]);
    expect(JSON.parse(imported.out)).toMatchObject({ updated: 0, unchanged: 0 });
    const exported = await run(['export']);
    const again = await run(['import', '-', '--json'], exported.out);
    expect(JSON.parse(again.out)).toMatchObject({ created: 0, updated: 0, tokens: {} });
    expect((await run(['export'])).out).toBe(exported.out);
  });

  it('let no time pass: readings of a recording are not late afterwards', async () => {
    using data = temporaryDirectory();
    const sources = { env, overrides: { 'data-dir': data.path, clock: 'data' } };
    const first = await startPlatform(loadConfig(sources));
    const socket = socketClient(`${data.path}/gridbell.sock`);
    const to = '2026-01-05T08:00:00.000Z';
    await socket.request('POST', '/api/v1/clock/advance', { body: { to } });
    await first.stop();
    const file = 'examples/recordings/smoke-detection-iot/community.yaml';
    expect(await gridbell(['import', file, '--data-dir', data.path], { env })).toMatchObject({ code: 0 });
    const second = await startPlatform(loadConfig(sources));
    const { body } = await socket.request('GET', '/api/v1/clock');
    await second.stop();
    expect(body).toEqual({ kind: 'data', now: to });
  });
});
