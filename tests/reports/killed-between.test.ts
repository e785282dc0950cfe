import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hour } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import { ApiClient, until } from '#tests/flow/support/api-client.ts';
import { RunningPlatform } from '#tests/flow/support/running-platform.ts';
import { photoWithPlace, ReportedCommunity } from '#tests/reports/support/reported-community.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

describe('a process that is killed between photo and report', () => {
  it('leaves no half report: the photo waits an hour for its report, then it goes', async () => {
    using directory = temporaryDirectory();
    const photos = join(directory.path, 'photos');
    const kept: string[] = [];
    let code = '';
    {
      await using community = await ReportedCommunity.start({ dataDir: directory.path });
      for (const colour of ['#111', '#777', '#eee'])
        kept.push((await community.upload('/reports/photos', await photoWithPlace(colour))).body.id);
      code = (await community.report({ photos: kept.slice(0, 1) })).body.code;
      await community.platform.kill();
    }
    expect(readdirSync(photos)).toHaveLength(3);
    const longAgo = (wallClock.now() - 2 * hour) / 1_000;
    for (const id of kept.slice(0, 2)) utimesSync(join(photos, `${id}.photo`), longAgo, longAgo);

    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    expect(await admin.all('/api/v1/tasks')).toHaveLength(1);
    await until(
      async () => readdirSync(photos).length,
      (count) => count === 2,
    );
    const base = `http://127.0.0.1:${platform.ready.http}/api/v1`;
    expect((await fetch(`${base}/track/${code}/photos/${kept[0]}`)).status).toBe(200);
    // The one that is young still finds its report; the one that went is told of.
    const resident = new ApiClient(`http://127.0.0.1:${platform.ready.http}`, null);
    const report = (id: string | undefined) =>
      resident.post<{ code: string }>('/api/v1/reports', {
        category: 'facilities',
        place: 'b3',
        words: '另一件事',
        photos: [id],
      });
    expect((await report(kept[1])).status).toBe(422);
    expect((await report(kept[2])).status).toBe(201);
  });
});
