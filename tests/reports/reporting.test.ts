import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  photoWithPlace,
  ReportedCommunity,
  type TaskView,
} from '#tests/reports/support/reported-community.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

interface Form {
  readonly place: { readonly id: string } | null;
  readonly places: readonly { readonly id: string }[];
  readonly categories: readonly { readonly id: string }[];
}
interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly standing?: Record<string, unknown>;
}

describe('a resident', () => {
  it('reports by the label of a place, with photos, and follows it by the code', async () => {
    using directory = temporaryDirectory();
    await using community = await ReportedCommunity.start({ dataDir: directory.path });
    const { admin, resident } = community;

    const labels = await admin.all<{ place: string; code: string }>('/api/v1/reports/place-codes');
    const label = labels.find(({ place }) => place === 'b3')?.code ?? '';
    const form = (await resident.get<Form>(`/api/v1/reports/form?place=${label.toLowerCase()}`)).body;
    expect(form.place?.id).toBe('b3');
    expect(form.categories.map(({ id }) => id)).toContain('facilities');
    // Without a label: what has a name on the street, and no rooms.
    const without = (await resident.get<Form>('/api/v1/reports/form')).body;
    expect(without.places.map(({ id }) => id).sort()).toEqual(['b3', 'g1']);

    const photo = await photoWithPlace();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const kept = await community.upload('/reports/photos', photo);
    expect(kept.status).toBe(201);
    const { body, status } = await community.report({
      place: label,
      phone: '138 0000 0000',
      photos: [kept.body.id],
      language: 'zh',
    });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    expect(body.task).toBeUndefined();

    const tracked = await resident.get<{ step: string; photos: string[] }>(
      `/api/v1/track/${body.code.slice(0, 5).toLowerCase()}-${body.code.slice(5)}`,
    );
    expect(tracked.body).toMatchObject({ step: 'received', words: '三楼的灯不亮', mayEvaluate: false });
    // Nobody's name, and nothing that is only ours to know.
    expect(JSON.stringify(tracked.body)).not.toMatch(/m-wang|王磊|138 ?0000|李奶奶|r-0502|"t-/);
    expect(tracked.body.photos).toEqual([kept.body.id]);

    const task = await community.onlyReport();
    expect(task).toMatchObject({ state: 'reported', report: { channel: 'web', by: null } });
    expect(task.also).toHaveLength(1);
    const other = await community.report({ words: 'something else' });
    const paths: [path: string, status: number][] = [
      [`/track/${body.code}/photos/${kept.body.id}`, 200],
      // Not by the code of somebody else, and not without one.
      [`/track/${other.body.code}/photos/${kept.body.id}`, 404],
      [`/track/0000000000/photos/${kept.body.id}`, 404],
      [`/tasks/${task.id}/photos/${kept.body.id}`, 401],
    ];
    for (const [path, expected] of paths) {
      const answer = await fetch(`${community.base}/api/v1${path}`);
      expect(answer.status, path).toBe(expected);
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (expected !== 200) continue;
      expect(answer.headers.get('content-type')).toBe('image/jpeg');
      expect(answer.headers.get('cache-control')).toContain('no-store');
      expect((await sharp(bytes).metadata()).exif).toBeUndefined();
      expect(bytes.includes('Tattletale')).toBe(false);
    }
  });

  it('who says the same again hears that it is known, and sees the progress of the own report only', async () => {
    using directory = temporaryDirectory();
    await using community = await ReportedCommunity.start({ dataDir: directory.path });
    const key = 'a-key-of-the-phone-1234';
    const first = await community.report({ phone: '13800000000', key });
    const again = await community.report({ phone: '13800000000', key });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body.code).toBe(first.body.code);

    const refusalOf = async (body: object): Promise<Problem> => {
      const answer = await community.report(body);
      expect(answer.status).toBe(409);
      return answer.body as unknown as Problem;
    };
    const own = await refusalOf({ phone: '13800000000' });
    expect(own.standing).toMatchObject({ progress: { step: 'received' } });
    const stranger = await refusalOf({ phone: '13911111111' });
    expect(Object.keys(stranger.standing ?? {}).sort()).toEqual(['category', 'reportedAt']);
    expect(JSON.stringify(stranger)).not.toMatch(/"t-|1380000/);
    expect((await community.admin.all('/api/v1/tasks')).length).toBe(1);
  });

  it('may be entered for by staff, who see what stands; phone numbers are for those who need them', async () => {
    using directory = temporaryDirectory();
    await using community = await ReportedCommunity.start({ dataDir: directory.path });
    const worker = await community.as('w-zhou');
    const entry = {
      category: 'environment',
      place: 'b3',
      words: '楼道堆物',
      channel: 'phone',
      phone: '13800000000',
    };
    expect((await community.report(entry)).status).toBe(401);
    const made = await worker.post<{ task: string; code: string }>('/api/v1/reports', entry);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const task = await community.task(made.body.task);
    expect(task.report).toMatchObject({ channel: 'phone', by: 'w-zhou', contact: '13800000000' });

    const same = await worker.post<Problem>('/api/v1/reports', entry);
    expect(same.status).toBe(409);
    expect(same.body.standing).toMatchObject({ id: made.body.task, state: 'reported' });
    const other = await worker.post<{ similar: string[] }>('/api/v1/reports', {
      ...entry,
      words: '还有垃圾',
    });
    expect(other.body.similar).toEqual([made.body.task]);
    const similar = await worker.get<{ items: TaskView[] }>(`/api/v1/tasks/${made.body.task}/similar`);
    expect(similar.body.items).toHaveLength(1);

    // Who only looks on reads neither the words nor the number.
    await community.admin.post('/api/v1/import', {
      people: [{ id: 'a-yao', role: 'auditor', places: ['g1'], account: { password: 'yao-password' } }],
    });
    const auditor = await community.as('a-yao');
    const seen = await community.task(made.body.task, auditor);
    expect(seen.report).toMatchObject({ words: null, contact: null, channel: 'phone' });
    expect(JSON.stringify(seen)).not.toMatch(/楼道堆物|13800000000/);
  });

  it('cannot bury the staff: too many reports are refused with a clear answer, and address and place both count', async () => {
    using directory = temporaryDirectory();
    await using community = await ReportedCommunity.start({
      dataDir: directory.path,
      env: {
        GRIDBELL_REPORTS_PER_ADDRESS: '2',
        GRIDBELL_REPORTS_PER_PLACE: '3',
        GRIDBELL_TRUSTED_PROXIES: '127.0.0.1',
      },
    });
    const from = async (address: string, body: object): Promise<Response> =>
      fetch(`${community.base}/api/v1/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ category: 'facilities', place: 'b3', ...body }),
      });
    const statuses: number[] = [];
    for (const [address, words] of [
      ['198.51.100.1', 'one'],
      ['198.51.100.1', 'two'],
      ['198.51.100.1', 'three'],
      ['198.51.100.2', 'four'],
      ['198.51.100.3', 'five'],
    ] as const)
      statuses.push((await from(address, { words })).status);
    // The third of one address, and the fourth about one building: what was refused counted for nothing.
    expect(statuses).toEqual([201, 201, 429, 201, 429]);
    const refused = await from('198.51.100.4', { words: 'six', place: 'b3-0502' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(((await refused.json()) as Problem).detail).toMatch(/119, 120 or 110/);
    expect((await from('198.51.100.4', { words: 'seven', place: 'g1' })).status).toBe(201);
    // Staff are not held up.
    const worker = await community.as('w-zhou');
    const entered = { category: 'facilities', place: 'b3', words: 'eight', channel: 'counter' };
    expect((await worker.post('/api/v1/reports', entered)).status).toBe(201);
  });
});
