import { describe, expect, it } from 'vitest';
import { Agenda } from '#device-sim/demo/agenda.ts';
import { Crew, type Orders } from '#device-sim/demo/crew.ts';
import { Duty } from '#device-sim/demo/duty.ts';
import { epochMs, hour, minute, plus } from '#model/brand.ts';
import { demoCommunity, monday } from '#tests/device-sim/support/communities.ts';
import { Office } from './support/office.ts';

const noon = plus(monday, 12 * hour);

function crewAtWork(orders: Orders = {}) {
  const office = new Office();
  office.now = noon;
  const agenda = new Agenda();
  const notes: string[] = [];
  const crew = new Crew({
    staff: office,
    duty: new Duty(demoCommunity),
    agenda,
    dispatcher: 'a-yao',
    seed: 7,
    ordersFor: () => orders,
    note: (line) => notes.push(line),
  });
  /** Time passes; everything happens at its own moment. */
  const pass = async (ms: number): Promise<void> => {
    const until = office.now + ms;
    for (let due = agenda.next; due !== undefined && due <= until; due = agenda.next) {
      office.now = due;
      await agenda.runUntil(due);
    }
    office.now = until;
  };
  return { office, crew, pass, notes };
}

describe('the crew', () => {
  it('accepts, begins and feeds back as the assignee, sees to the alarm, and somebody else closes', async () => {
    const { crew, office, pass, notes } = crewAtWork();
    office.open({ id: 't1' });
    await crew.look(epochMs(office.now));
    await pass(2 * hour);
    expect(office.deeds.map((deed) => deed.replace(/^\S+ /, ''))).toEqual([
      'w-zhou accept',
      'w-zhou acknowledge',
      'w-zhou start',
      'w-zhou feedback',
      'w-zhou acknowledge',
      'w-zhou dispose',
      'm-wu close',
    ]);
    expect(office.tasks.get('t1')?.state).toBe('closed');
    expect(notes).toEqual([]);
  });

  it('takes the time that people take, and seconds when somebody looks on', async () => {
    const { crew, office, pass } = crewAtWork();
    office.open({ id: 't1' });
    await crew.look(epochMs(office.now));
    await pass(5 * minute);
    expect(office.tasks.get('t1')?.state).toBe('in-progress');
    await pass(2 * hour);
    crew.hurry();
    office.open({ id: 't2', category: 'elderly-care', assignee: 'c-lin' });
    await crew.look(epochMs(office.now));
    await pass(10_000);
    expect(office.tasks.get('t2')?.state).toBe('accepted');
    await pass(5 * minute);
    expect(office.tasks.get('t2')?.state).toBe('closed');
  });

  it.each([0, 1, 2, 3])(
    'lets go of a task for good once a person had a hand in it (after %i steps)',
    async (steps) => {
      const { crew, office, pass } = crewAtWork();
      const task = office.open({ id: 't1' });
      await crew.look(epochMs(office.now));
      const actions = ['accept', 'start', 'feedback', 'close'];
      while (office.deeds.filter((deed) => actions.includes(deed.split(' ')[2] ?? '')).length < steps)
        await pass(1_000);
      const before = office.deeds.length;
      const person = steps === 3 ? 'm-wu' : 'w-zhou';
      await office.ask(person, 'POST', `/api/v1/tasks/t1/${actions[steps]}`, {
        version: office.tasks.get('t1')?.version ?? task.version,
      });
      await pass(4 * hour);
      expect(office.deeds.length).toBe(before + 1);
    },
  );

  it('leaves undone what its orders say', async () => {
    const { crew, office, pass } = crewAtWork({ leave: 'close' });
    office.open({ id: 't1' });
    await crew.look(epochMs(office.now));
    await pass(12 * hour);
    expect(office.tasks.get('t1')?.state).toBe('feedback');
  });

  it('waits with what is left to the visitor, and takes it when nobody came', async () => {
    const { crew, office, pass } = crewAtWork({ waitMs: 5 * minute });
    crew.hurry();
    office.open({ id: 't1' });
    await crew.look(epochMs(office.now));
    await pass(5 * minute);
    expect(office.deeds).toEqual([]);
    await pass(10_000);
    expect(office.tasks.get('t1')?.state).toBe('accepted');
  });

  it('does not touch a task that somebody has begun with before it saw it', async () => {
    const { crew, office, pass } = crewAtWork();
    office.open({ id: 't1' });
    await office.ask('w-zhou', 'POST', '/api/v1/tasks/t1/accept', { version: 1 });
    await crew.look(epochMs(office.now));
    await pass(4 * hour);
    expect(office.deeds).toHaveLength(1);
  });

  it('tries again when an alarm joined in between', async () => {
    const { crew, office, pass, notes } = crewAtWork();
    office.open({ id: 't1' });
    await crew.look(epochMs(office.now));
    const ask = office.ask.bind(office);
    let refusals = 1;
    office.ask = (account, method, path, body) =>
      method === 'POST' && refusals-- > 0
        ? Promise.resolve({ status: 409, body: { detail: 'stale' } })
        : ask(account, method, path, body);
    await pass(4 * hour);
    expect(office.tasks.get('t1')?.state).toBe('closed');
    expect(notes).toEqual([]);
  });
});
