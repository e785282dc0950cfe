import { describe, expect, it } from 'vitest';
import { reportChannels } from '#model/report.ts';
import type { View } from '#tests/support/browser/view.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { callerOf } from './support/story.ts';
import { said } from './support/words.ts';

const stage = openStage(async (community) => {
  await community.admin.send('PATCH', '/api/v1/residents/r-0502', { phone: '138 0013 8000' });
});
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };

interface Reported {
  readonly id: string;
  readonly state: string;
  readonly report: { readonly channel: string; readonly by: string; readonly contact: string | null } | null;
}

async function fill({ content }: Visitor, language: 'zh' | 'en', words: string): Promise<void> {
  const say = (key: string): string => said(language, `report-entry.${key}`);
  await content.getByLabel(say('place'), { exact: true }).selectOption('b3-0502');
  await content.getByLabel(say('category'), { exact: true }).selectOption('facilities');
  await content.getByLabel(say('words'), { exact: true }).fill(words);
}
const codeIn = async ({ content }: Visitor, language: 'zh' | 'en'): Promise<string> =>
  (
    (await content.getByRole('status', { name: said(language, 'report-entry.code') }).textContent()) ?? ''
  ).replace(/\s/g, '');

describe('the page for reports of others', () => {
  const say = (key: string, values?: Record<string, string>): string =>
    said('en', `report-entry.${key}`, values);

  it('has a word for every channel by which a report may come', () => {
    for (const channel of reportChannels)
      expect(said('en', `report-channels.${channel}`), channel).not.toBe('');
    const offered = reportChannels.filter((channel) => channel !== 'web');
    for (const channel of offered) expect(say(`channel-${channel}`), channel).not.toBe('');
  });

  it('takes down what was said at the door, by whom, and gives the code to be told', async () => {
    await using worker = await stage.visit(phone, 'grid-worker');
    const { content } = worker;
    await worker.goTo('/reports/new');
    await content.getByRole('radio', { name: said('zh', 'report-entry.channel-visit') }).check();
    await fill(worker, 'zh', '楼道的灯不亮');
    await expectLaidOut(worker);
    await expectAccessible(worker);
    await content.getByRole('button', { name: said('zh', 'report-entry.send'), exact: true }).click();
    const code = await codeIn(worker, 'zh');
    await expectLaidOut(worker);
    await expectAccessible(worker, 'what was taken down');

    const tracked = await stage.community.admin.get<{ words: string }>(`/api/v1/track/${code}`);
    expect(tracked.body.words).toBe('楼道的灯不亮');
    await content.getByRole('link', { name: said('zh', 'report-entry.to-task') }).click();
    await content.getByText('楼道的灯不亮', { exact: true }).waitFor();
    const id = new URL(worker.page.url()).pathname.split('/').at(-1) ?? '';
    const { body } = await stage.community.admin.get<Reported>(`/api/v1/tasks/${id}`);
    expect(body).toMatchObject({ state: 'reported', report: { channel: 'visit', by: 'w-zhou' } });
  });

  it('asks for what is missing, fills in the number that is known, and shows what stands already', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    const { content } = manager;
    manager.trouble.expect(/409/);
    await manager.goTo('/reports/new');
    const send = content.getByRole('button', { name: say('send'), exact: true });
    await send.click();
    for (const key of ['choose-category', 'words-needed'])
      await content.getByText(say(key)).filter({ visible: true }).waitFor();
    await expectAccessible(manager, 'what is missing');

    await fill(manager, 'en', 'The door of the house does not close');
    await content.getByRole('button', { name: /Fill in 138 0013 8000/ }).click();
    await send.click();
    await codeIn(manager, 'en');
    const [task] = await stage.community.admin.all<Reported>(
      '/api/v1/tasks?category=facilities&state=reported',
    );
    expect(task?.report).toMatchObject({ channel: 'phone', by: 'm-wu', contact: '138 0013 8000' });

    await content.getByRole('button', { name: say('another') }).click();
    await fill(manager, 'en', 'The door of the house does not close');
    const likely = content.getByRole('region', { name: say('likely') });
    await likely.getByRole('link', { name: /The door of the house/ }).waitFor();
    await send.click();
    const known = content.getByRole('link', { name: say('open-known') });
    expect(await known.getAttribute('href')).toBe(`/tasks/${task?.id}`);
  });

  it('is not for those who only look on, and the server says so as well', async () => {
    await using auditor = await stage.visit(desk, 'auditor');
    await auditor.goTo('/reports/new');
    expect(new URL(auditor.page.url()).pathname).toBe('/');
    await auditor.goTo('/tasks');
    expect(await auditor.content.getByRole('link', { name: said('en', 'nav.report-entry') }).count()).toBe(0);
    const caller = await callerOf(stage.community, 'auditor');
    const answer = await caller.post<{ code: string }>('/api/v1/reports', {
      category: 'facilities',
      place: 'b3',
      words: 'The roof leaks',
      channel: 'phone',
    });
    expect([answer.status, answer.body.code]).toEqual([403, 'not-allowed']);
  });
});
