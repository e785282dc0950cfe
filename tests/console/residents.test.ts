import { describe, expect, it } from 'vitest';
import type { Alarm } from '#model/alarm.ts';
import type { ResidentId } from '#model/brand.ts';
import { contactsOf } from '#model/care-contact.ts';
import { usualLadder } from '#model/care-ladder.ts';
import type { Configuration } from '#model/configuration.ts';
import { ladderOf } from '#tasks/ladder-plan.ts';
import type { View } from '#tests/support/browser/view.ts';
import { fc } from '#tests/support/properties.ts';
import { t0 } from '#tests/tasks/support/demo.ts';
import {
  contactBody,
  contactDraft,
  contactProblem,
} from '../../dashboards/console/src/pages/residents/contact-draft.ts';
import { previewOf } from '../../dashboards/console/src/pages/residents/ladder-preview.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { callerOf } from './support/story.ts';
import { said } from './support/words.ts';

const stage = openStage();
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const say = (key: string, values?: Record<string, string>): string => said('en', `residents.${key}`, values);

const contact = fc.record(
  {
    name: fc.constantFrom('Chen', 'Liu'),
    phone: fc.constantFrom('139', ''),
    email: fc.constantFrom('a@b.cn', ''),
    order: fc.integer({ min: 1, max: 9 }),
    hours: fc.constantFrom('08:00-22:00', '20:00-06:00'),
    language: fc.constantFrom('zh', 'en'),
    consent: fc.boolean(),
    within: fc.constantFrom('15s', '2m'),
    since: fc.constant('2024'),
  },
  { requiredKeys: ['name'] },
);

describe('the contacts of a form', () => {
  it('are read as the server reads them, and nothing of them is lost', () => {
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 6 }), (entries) => {
        const written = entries.map((entry, index) => contactBody(contactDraft(entry, index)));
        expect(contactsOf({ contacts: written })).toEqual(contactsOf({ contacts: entries }));
        expect(written.map((entry) => entry['since'])).toEqual(entries.map((entry) => entry.since));
      }),
    );
  });

  it('show the ladder that the server will climb', () => {
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 6 }), (contacts) => {
        const id = 'r-1' as ResidentId;
        const known = { resident: () => ({ contacts }) } as unknown as Configuration;
        const alarm = { id: 'a-1', device: 'd-1', resident: id, lifeSafety: false } as unknown as Alarm;
        const climbed = ladderOf(known, usualLadder, alarm, t0).rungs.map((rung) => [
          rung.for,
          rung.withinMs,
        ]);
        const shown = previewOf(usualLadder, { phone: '138', contacts: contacts.map(contactDraft) });
        expect(shown.slice(0, -1).map(({ rung, withinMs }) => [rung, withinMs])).toEqual(
          climbed.slice(0, -1),
        );
      }),
    );
  });

  it('say what is missing', () => {
    const draft = contactDraft({ name: 'Chen', within: '5s' }, 0);
    expect(contactProblem(draft)).toBe('problem-reach');
    expect(contactProblem({ ...draft, phone: '139' })).toBe('problem-within');
    expect(contactProblem({ ...draft, phone: '139', within: { amount: '', unit: 's' } })).toBeNull();
  });
});

describe('a resident', () => {
  it('has contacts who are told in their order, as care staff write them down', async () => {
    await using staff = await stage.visit(desk, 'care-staff');
    const { content } = staff;
    await staff.goTo('/residents');
    await content.getByLabel(say('search')).fill('Wang Xiulan');
    await expectLaidOut(staff);
    await expectAccessible(staff);
    await content.getByRole('link', { name: /Wang Xiulan/ }).click();
    await content.getByRole('heading', { level: 1, name: 'Wang Xiulan' }).waitFor();
    const ladder = content.getByRole('region', { name: say('ladder') });
    await ladder.getByText(said('en', 'care.passed-no-contacts')).waitFor();
    const add = content.getByRole('button', { name: say('add') });
    await add.click();
    const save = content.getByRole('button', { name: said('en', 'duty.save') });
    await save.click();
    await content.getByText(say('problem-name')).waitFor();
    const first = content.getByRole('group', { name: say('contact', { number: '1' }) });
    await first.getByLabel(say('name'), { exact: true }).fill('Chen Xiaohong');
    await first.getByLabel(say('phone'), { exact: true }).fill('139 0000 1111');
    await ladder.getByText(said('en', 'care.passed-no-consent')).waitFor();
    await first.getByLabel(say('consent')).check();
    await ladder.getByText('Chen Xiaohong').waitFor();
    await first.getByLabel(say('within'), { exact: true }).fill('45');
    await ladder.getByText(say('waits', { time: '45 seconds' })).waitFor();
    await expectLaidOut(staff);
    await expectAccessible(staff, 'the form');
    await save.click();
    await staff.page.getByText(say('saved')).first().waitFor();
    const { body } = await stage.community.admin.get<{ contacts: unknown[] }>('/api/v1/residents/r-1102');
    expect(body.contacts).toEqual([
      { name: 'Chen Xiaohong', phone: '139 0000 1111', order: 1, within: '45s', consent: true },
    ]);
  });

  it('is for leaders to read and for grid workers not at all, and the server says so as well', async () => {
    await using leader = await stage.visit(phone, 'grid-leader');
    const { content } = leader;
    await leader.goTo('/residents');
    await expectLaidOut(leader);
    await expectAccessible(leader);
    await content.getByRole('link', { name: /陈桂英/ }).click();
    const own = content.getByLabel(said('zh', 'residents.own-phone'));
    await own.waitFor();
    expect(await own.isDisabled()).toBe(true);
    await expectLaidOut(leader);
    await expectAccessible(leader);
    await using worker = await stage.visit(phone, 'grid-worker');
    await worker.goTo('/residents');
    expect(new URL(worker.page.url()).pathname).toBe('/');

    const refused = await (await callerOf(stage.community, 'grid-leader')).send(
      'PATCH',
      '/api/v1/residents/r-0502',
      {
        contacts: [],
      },
    );
    expect(refused.status).toBe(403);
    const { body } = await (await callerOf(stage.community, 'grid-worker')).get<{ items: unknown[] }>(
      '/api/v1/residents',
    );
    expect(body.items).toEqual([]);
  });
});
