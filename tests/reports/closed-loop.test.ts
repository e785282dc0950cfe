import { describe, expect, it } from 'vitest';
import type { ApiClient } from '#tests/flow/support/api-client.ts';
import {
  photoWithPlace,
  ReportedCommunity,
  type TaskView,
} from '#tests/reports/support/reported-community.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

interface Tracked {
  readonly step: string;
  readonly steps: readonly { readonly step: string }[];
  readonly mayEvaluate: boolean;
  readonly mayReopenUntil: string | null;
  readonly rating: { readonly rating: number } | null;
}

describe('a report and what becomes of it', () => {
  it('is verified, filed, done, closed, opened again, and rated low: somebody goes and asks', async () => {
    using directory = temporaryDirectory();
    await using community = await ReportedCommunity.start({ dataDir: directory.path });
    const { resident } = community;
    const [worker, leader] = [await community.as('w-zhou'), await community.as('l-chen')];
    const { code } = (await community.report({ category: 'environment' })).body;
    const track = async (): Promise<Tracked> => (await resident.get<Tracked>(`/api/v1/track/${code}`)).body;
    const { id } = await community.onlyReport();
    const act = async (who: ApiClient, action: string, body: object = {}): Promise<TaskView> => {
      const { version } = await community.task(id);
      const answer = await who.post<TaskView>(`/api/v1/tasks/${id}/${action}`, { version, ...body });
      expect(answer.status, `${action}: ${JSON.stringify(answer.body)}`).toBe(200);
      return answer.body;
    };

    expect((await resident.post(`/api/v1/track/${code}/evaluate`, { rating: 5 })).status).toBe(409);
    expect((await resident.post(`/api/v1/track/${code}/reopen`, { reason: '?' })).status).toBe(409);
    await act(worker, 'verify');
    expect((await track()).step).toBe('checking');
    expect(await act(leader, 'file')).toMatchObject({ state: 'dispatched', assignee: 'w-zhou' });
    await act(worker, 'accept');
    await act(worker, 'start');

    // Photos of the work: for who may see the task, and never by the resident's code.
    const token = (
      await resident.post<{ token: string }>('/api/v1/session', {
        username: 'w-zhou',
        password: 'zhou-password',
      })
    ).body.token;
    const evidence = await community.upload(
      `/tasks/${id}/evidence?comment=done`,
      await photoWithPlace(),
      token,
    );
    expect(evidence.status, JSON.stringify(evidence.body)).toBe(201);
    const [photo] = (await community.task(id)).evidence;
    const statusOf = async (path: string, as?: string): Promise<number> =>
      (
        await fetch(`${community.base}/api/v1${path}`, {
          headers: as === undefined ? {} : { authorization: `Bearer ${as}` },
        })
      ).status;
    expect(await statusOf(`/tasks/${id}/photos/${photo}`, token)).toBe(200);
    expect(await statusOf(`/tasks/${id}/photos/${photo}`)).toBe(401);
    expect(await statusOf(`/track/${code}/photos/${photo}`)).toBe(404);
    expect((await community.upload(`/tasks/${id}/evidence`, await photoWithPlace())).status).toBe(401);

    await act(worker, 'feedback', { comment: 'by 周敏: new lamp' });
    await act(leader, 'close');
    const closed = await track();
    expect(closed).toMatchObject({ step: 'done', mayEvaluate: true, rating: null });
    expect(closed.steps.map(({ step }) => step)).toEqual([
      'received',
      'checking',
      'arranged',
      'accepted',
      'working',
      'inspecting',
      'done',
    ]);
    expect(JSON.stringify(closed)).not.toMatch(/zhou|周敏|lamp|l-chen|"t-/);

    const before = await community.task(id);
    const reopened = await resident.post<Tracked>(`/api/v1/track/${code}/reopen`, { reason: '又坏了' });
    expect(reopened.status, JSON.stringify(reopened.body)).toBe(200);
    expect(reopened.body).toMatchObject({ step: 'arranged', mayEvaluate: false, mayReopenUntil: null });
    const again = await community.task(id);
    expect(again).toMatchObject({ state: 'dispatched', assignee: 'w-zhou' });
    expect(again.version).toBeGreaterThan(before.version);

    await act(worker, 'accept');
    await act(worker, 'feedback');
    await act(leader, 'close');
    const rated = await resident.post<Tracked>(`/api/v1/track/${code}/evaluate`, {
      rating: 2,
      words: '太慢',
    });
    expect(rated.body).toMatchObject({ mayEvaluate: false, rating: { rating: 2 } });
    expect((await resident.post(`/api/v1/track/${code}/evaluate`, { rating: 5 })).status).toBe(409);
    const task = await community.task(id);
    expect(task.state).toBe('evaluated');
    const revisit = await community.task(task.revisit ?? '');
    expect(revisit).toMatchObject({ state: 'dispatched', assignee: 'l-chen', revisitOf: id });
    // Who only looks on reads that it was rated, and nothing that the resident wrote.
    await community.admin.post('/api/v1/import', {
      people: [{ id: 'a-yao', role: 'auditor', places: ['g1'], account: { password: 'yao-password' } }],
    });
    const auditor = await community.as('a-yao');
    const seen = [await community.task(id, auditor), await community.task(revisit.id, auditor)];
    expect(JSON.stringify(seen)).not.toMatch(/又坏了|太慢|三楼的灯不亮/);
    expect(JSON.stringify(await community.task(id))).toMatch(/太慢.*又坏了/);
    // In no history: what stands there could not be forgotten.
    expect(JSON.stringify((await community.task(id)).history)).not.toMatch(/又坏了|太慢/);
    for (const body of [{ rating: 0 }, { rating: 6 }, { rating: 2.5 }, {}])
      expect((await resident.post(`/api/v1/track/${code}/evaluate`, body)).status).toBe(400);
  });

  it('says why it was not taken on; what was merged is followed and rated through the task that goes on', async () => {
    using directory = temporaryDirectory();
    await using community = await ReportedCommunity.start({ dataDir: directory.path });
    const { resident } = community;
    const [worker, leader] = [await community.as('w-zhou'), await community.as('l-chen')];
    const report = async (words: string) => {
      const { body } = await community.report({ category: 'environment', words });
      const { items } = (await community.admin.get<{ items: readonly TaskView[] }>('/api/v1/tasks?limit=1'))
        .body;
      return { code: body.code, id: items[0]?.id ?? '' };
    };
    const track = async (code: string) => (await resident.get<Tracked>(`/api/v1/track/${code}`)).body;
    const act = async (id: string, who: ApiClient, action: string, body: object = {}): Promise<void> => {
      const { version } = await community.task(id);
      const answer = await who.post(`/api/v1/tasks/${id}/${action}`, { version, ...body });
      expect(answer.status, `${action}: ${JSON.stringify(answer.body)}`).toBe(200);
    };

    const refused = await report('邻居家的空调太响');
    expect(await track(refused.code)).toMatchObject({ declinedBecause: null });
    await act(refused.id, leader, 'reject', { comment: '请联系物业服务中心' });
    expect(await track(refused.code)).toMatchObject({
      step: 'declined',
      declinedBecause: '请联系物业服务中心',
      mayEvaluate: false,
    });

    const [first, second] = [await report('三楼的灯不亮了'), await report('楼道里很黑')];
    await act(second.id, leader, 'merge', { to: first.id, comment: 'l-chen: the same lamp' });
    await act(first.id, leader, 'file');
    for (const action of ['accept', 'feedback']) await act(first.id, worker, action);
    expect(await track(second.code)).toMatchObject({ step: 'inspecting', mayEvaluate: false });
    await act(first.id, leader, 'close');
    const done = await track(second.code);
    expect(done).toMatchObject({ step: 'done', mayEvaluate: true, rating: null, declinedBecause: null });
    expect(done.mayReopenUntil).not.toBeNull();
    expect(JSON.stringify(done)).not.toMatch(/lamp|l-chen|三楼/);
    const rated = await resident.post<Tracked>(`/api/v1/track/${second.code}/evaluate`, { rating: 4 });
    expect(rated.body).toMatchObject({ mayEvaluate: false, rating: { rating: 4 } });
    expect(await track(first.code)).toMatchObject({ mayEvaluate: true, rating: null });
    const again = await resident.post<Tracked>(`/api/v1/track/${second.code}/reopen`, { reason: '又黑了' });
    expect(again.body).toMatchObject({ step: 'arranged', mayEvaluate: false, rating: null });
    expect((await community.task(first.id)).state).toBe('dispatched');
  });
});
