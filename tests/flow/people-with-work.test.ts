import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const places = [...community.places, { id: 'b3-0501', kind: 'room', parent: 'b3' }];

describe('a person with open tasks', () => {
  it('is not deleted before somebody else has them, nor is the place of one that is open', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', { ...community, places, rosters: [] });
    const wish = { category: 'dispute', title: 'noise at night', place: 'b3' };
    const made = await admin.post<{ id: string; version: number; assignee: string }>('/api/v1/tasks', wish);
    expect(made.body.assignee).toBe('l-chen');
    expect(await admin.send('DELETE', '/api/v1/people/l-chen')).toMatchObject({
      status: 409,
      body: { code: 'still-referenced', detail: expect.stringContaining('1 open tasks') },
    });
    const { id, version } = made.body;
    const handedOn = await admin.post(`/api/v1/tasks/${id}/transfer`, { version, to: 'm-wang' });
    expect(handedOn.status).toBe(200);
    expect(await admin.send('DELETE', '/api/v1/people/l-chen')).toMatchObject({ status: 204 });

    const inRoom = await admin.post<{ id: string; version: number }>('/api/v1/tasks', {
      ...wish,
      place: 'b3-0501',
    });
    expect(await admin.send('DELETE', '/api/v1/places/b3-0501')).toMatchObject({
      status: 409,
      body: { code: 'still-referenced', detail: expect.stringContaining('1 open tasks') },
    });
    const end = { version: inRoom.body.version, comment: 'a mistake' };
    expect((await admin.post(`/api/v1/tasks/${inRoom.body.id}/void`, end)).status).toBe(200);
    expect(await admin.send('DELETE', '/api/v1/places/b3-0501')).toMatchObject({ status: 204 });
  });
});
