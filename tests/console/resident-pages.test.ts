import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ApiClient } from '#tests/flow/support/api-client.ts';
import { languages, type View, viewName } from '#tests/support/browser/view.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage();
const views: readonly View[] = languages.flatMap((language) =>
  ([390, 1440] as const).map((width) => ({ language, width, appearance: 'light' as const })),
);

/** For old eyes and large fingers: no words below 18 px, nothing to press below 48. */
async function expectEasy({ page }: Visitor): Promise<void> {
  const small = await page.locator('.public').evaluate((root) => {
    const { defaultView } = root.ownerDocument;
    return [...root.querySelectorAll('*:not(.visually-hidden)')]
      .filter((each) =>
        [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== ''),
      )
      .filter((each) => Number.parseFloat(defaultView?.getComputedStyle(each).fontSize ?? '0') < 18)
      .map((each) => each.textContent);
  });
  expect(small, 'words that are too small').toEqual([]);
  const low = await page
    .locator('.public :is(a, button, textarea, select, input:not(.visually-hidden))')
    .evaluateAll((all) =>
      all.filter((each) => each.getBoundingClientRect().height < 48).map((each) => each.outerHTML),
    );
  expect(low, 'what is too low to press').toEqual([]);
}
async function expectWellBuilt(visitor: Visitor): Promise<void> {
  await expectLaidOut(visitor);
  await expectAccessible(visitor);
  await expectEasy(visitor);
}

const photo = (): Promise<Buffer> =>
  sharp({ create: { width: 400, height: 300, channels: 3, background: '#5b7f95' } })
    .jpeg()
    .toBuffer();

async function labelOf(place: string): Promise<string> {
  const labels = await stage.community.admin.all<{ place: string; code: string }>(
    '/api/v1/reports/place-codes',
  );
  return labels.find((label) => label.place === place)?.code ?? '';
}

describe.each(views.map((view) => ({ view, name: viewName(view) })))('a resident in $name', ({ view }) => {
  const say = (key: string, values?: Record<string, string>): string => said(view.language, key, values);

  it('reports in three steps by a label, and sees how far it is', async () => {
    await using visitor = await stage.visit(view);
    const { page } = visitor;
    if (view.width === 390) await page.setViewportSize({ width: 360, height: 740 });
    await visitor.goTo(`/report?place=${await labelOf('b3')}`);
    await page.getByRole('heading', { level: 1, name: say('report.title-1') }).waitFor();
    await page.getByRole('button', { name: say('report.something-else') }).waitFor();
    await expectWellBuilt(visitor);

    await page.getByRole('button', { name: say('report.something-else') }).click();
    const words = `${say('report.words-example')} ${viewName(view)}`;
    await page.getByLabel(say('report.words')).fill(words);
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await photo() });
    await page.getByRole('img', { name: say('report.photo-number', { number: '1' }) }).waitFor();
    await expectWellBuilt(visitor);

    await page.getByRole('button', { name: say('report.next') }).click();
    await page.getByLabel(say('report.phone')).fill('138 0000 0000');
    await expectWellBuilt(visitor);
    await page.getByRole('button', { name: say('report.send') }).click();
    await page.getByRole('heading', { level: 1, name: say('report.done') }).waitFor();
    const code = (await page.getByLabel(say('report.code'), { exact: true }).textContent())?.replace(
      /\s/g,
      '',
    );
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    await expectWellBuilt(visitor);

    await page.getByRole('link', { name: say('report.follow') }).click();
    await page.getByText(words).waitFor();
    await expectWellBuilt(visitor);
    expect(new URL(page.url()).pathname).toBe(`/track/${code}`);
  });
});

describe('a resident', () => {
  const view: View = { language: 'en', width: 390, appearance: 'light' };
  const say = (key: string, values?: Record<string, string>): string => said('en', key, values);

  it('finds the report by its code however it is typed, rates it with stars, and opens it again', async () => {
    const { admin, base } = stage.community;
    const resident = new ApiClient(base, null);
    const made = await resident.post<{ code: string }>('/api/v1/reports', {
      category: 'environment',
      place: 'b3',
      words: 'Rubbish in the hall',
    });
    const { code } = made.body;
    const tasks = await admin.all<{ id: string; report: { words: string } | null }>('/api/v1/tasks');
    const id = tasks.find(({ report }) => report?.words === 'Rubbish in the hall')?.id;
    const act = async (action: string, who: ApiClient = admin): Promise<void> => {
      const { body } = await admin.get<{ version: number }>(`/api/v1/tasks/${id}`);
      const answer = await who.post(`/api/v1/tasks/${id}/${action}`, { version: body.version });
      expect(answer.status, `${action}: ${JSON.stringify(answer.body)}`).toBe(200);
    };
    await act('file');
    const { assignee } = (await admin.get<{ assignee: string }>(`/api/v1/tasks/${id}`)).body;
    const password = 'a-known-password';
    const person = (await admin.get<object>(`/api/v1/people/${assignee}`)).body;
    await admin.post('/api/v1/import', { people: [{ ...person, account: { password } }] });
    const session = await resident.post<{ token: string }>('/api/v1/session', {
      username: assignee,
      password,
    });
    const worker = new ApiClient(base, session.body.token);
    for (const action of ['accept', 'feedback']) await act(action, worker);
    await act('close');

    await using visitor = await stage.visit(view);
    const { page, trouble } = visitor;
    trouble.expect(/404/);
    await visitor.goTo('/track');
    await expectWellBuilt(visitor);
    const field = page.getByLabel(say('track.code'), { exact: true });
    await field.fill('2222222222');
    await page.getByRole('button', { name: say('track.look') }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: say('track.unknown') })
      .waitFor();
    await field.fill(` ${code.slice(0, 5).toLowerCase()}-${code.slice(5)} `);
    await page.getByRole('button', { name: say('track.look') }).click();
    await page.getByText(say('track.rate')).waitFor();
    await page.getByRole('button', { name: say('track.send-rating') }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: say('track.choose-stars') })
      .waitFor();
    await page.getByRole('radio', { name: say('track.star-4'), exact: true }).check({ force: true });
    await expectWellBuilt(visitor);
    await page.getByRole('button', { name: say('track.send-rating') }).click();
    await page.getByLabel(say('track.given', { rating: '4' })).waitFor();

    await page.getByRole('button', { name: say('track.reopen'), exact: true }).click();
    await page.getByLabel(say('track.reopen-why')).fill('It is back');
    await page.getByRole('button', { name: say('track.reopen-send') }).click();
    await page.getByRole('heading', { level: 1, name: 'Somebody has been asked to see to it' }).waitFor();
    const task = await admin.get<{ state: string }>(`/api/v1/tasks/${id}`);
    expect(task.body.state).toBe('dispatched');
  });

  it('chooses where it is when no label says so, and is told when the label is not known', async () => {
    await using visitor = await stage.visit(view);
    const { page } = visitor;
    await visitor.goTo('/report?place=ZZZZZZZZ');
    await page.getByText(say('report.label-unknown')).waitFor();
    await page.getByRole('button', { name: say('report.something-else') }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: say('report.choose-place') })
      .waitFor();
    await expectWellBuilt(visitor);
    await page.getByLabel(say('report.place')).selectOption('b3');
    await page.getByRole('button', { name: say('report.something-else') }).click();
    await page.getByRole('heading', { level: 1, name: say('report.title-2') }).waitFor();
  });
});

describe('a report at the desk', () => {
  it('shows words, photos and whom to call to those who work on it', async () => {
    const resident = new ApiClient(stage.community.base, null);
    const kept = await fetch(`${stage.community.base}/api/v1/reports/photos`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: new Uint8Array(await photo()),
    });
    const { id } = (await kept.json()) as { id: string };
    const report = {
      category: 'facilities',
      place: 'b3',
      words: 'The bench is broken',
      phone: '138 1234 5678',
    };
    await resident.post('/api/v1/reports', { ...report, photos: [id] });
    const tasks = await stage.community.admin.all<{ id: string; report: { words: string } | null }>(
      '/api/v1/tasks',
    );
    const task = tasks.find((each) => each.report?.words === report.words);
    await using visitor = await stage.visit(
      { language: 'en', width: 1440, appearance: 'light' },
      'property-manager',
    );
    const { content } = visitor;
    await visitor.goTo(`/tasks/${task?.id}`);
    await content.getByText(report.words, { exact: true }).waitFor();
    await content.getByRole('link', { name: report.phone }).waitFor();
    const shown = content.getByRole('img', { name: said('en', 'tasks.photo-report') });
    await shown.waitFor();
    expect(await shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(
      400,
    );
    await expectAccessible(visitor);
  });
});

describe('the labels of places', () => {
  it('each lead to the page for reporting from there', async () => {
    await using visitor = await stage.visit(
      { language: 'en', width: 1440, appearance: 'light' },
      'property-manager',
    );
    const { page } = visitor;
    await visitor.goTo('/places/qr');
    await page
      .getByRole('img', { name: /QR code of/ })
      .first()
      .waitFor();
    const code = await labelOf('b3');
    await page.getByText(`${code.slice(0, 5)} ${code.slice(5)}`).waitFor();
    await expectAccessible(visitor);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation').filter({ visible: true }).count(), 'printed').toBe(0);
  });
});
