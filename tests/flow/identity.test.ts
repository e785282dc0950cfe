import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

describe('a community file', () => {
  it('goes in, comes out, and goes into another installation without a difference', async () => {
    using one = temporaryDirectory();
    using other = temporaryDirectory();
    await using first = await RunningPlatform.start({ dataDir: one.path });
    await using second = await RunningPlatform.start({ dataDir: other.path });
    const [from, into] = await Promise.all([ApiClient.signIn(first), ApiClient.signIn(second)]);
    await from.post('/api/v1/import', community);
    const exported = (await from.get('/api/v1/export')).body;
    expect((await into.post('/api/v1/import', exported)).status).toBe(200);
    expect((await into.get('/api/v1/export')).body).toEqual(exported);
    expect(JSON.stringify(exported)).not.toMatch(/token-1234|password/);
  });

  it('changes nothing when it is imported again', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const before = (await admin.all<object>('/api/v1/audit')).length;
    const second = await admin.post<{ created: unknown; updated: unknown }>('/api/v1/import', community);
    expect(second).toMatchObject({ status: 200 });
    expect((await admin.all<object>('/api/v1/audit')).length).toBe(before);
  });
});
