import { describe, expect, it } from 'vitest';
import { epochMs } from '#model/brand.ts';
import { CareDemo, climbed, toldOf } from '#tests/tasks/support/care.ts';
import { codeOf, secondsIn, t0 } from '#tests/tasks/support/demo.ts';

const ladderOf = (demo: CareDemo, id: string) => {
  const { ladder } = demo.task(id);
  if (!ladder) throw new Error('it has no ladder');
  return ladder;
};

describe('a press of the button', () => {
  it('calls the family at once beside the worker, and one rung after the other until the emergency number', () => {
    const demo = new CareDemo();
    const task = demo.press();
    expect(task).toMatchObject({ state: 'dispatched', assignee: 'c-lin' });
    demo.desk.advance(secondsIn(29.999));
    expect(climbed(demo.task(task.id))).toEqual([
      [0, 'cancel'],
      [0, 'resident'],
      [0, 'family 1'],
    ]);
    demo.desk.advance(secondsIn(900));
    expect(climbed(demo.task(task.id))).toEqual([
      [0, 'cancel'],
      [0, 'resident'],
      [0, 'family 1'],
      [30, 'family 1'],
      [60, 'care-staff c-mei'],
      [120, 'grid-worker w-chen'],
      [180, 'emergency'],
    ]);
    expect(demo.task(task.id).version).toBe(1);
  });

  it('tells the resident and those who agreed, in their order, and nobody else', () => {
    const demo = new CareDemo();
    demo.press();
    expect(toldOf(demo)).toEqual([
      ['assigned', 'c-lin'],
      ['resident-check', 'resident/r-0502'],
      ['family-called', 'contact/r-0502/0'],
    ]);
    demo.desk.advance(secondsIn(59));
    expect(toldOf(demo).slice(3)).toEqual([['family-called', 'contact/r-0502/1']]);
    demo.desk.advance(secondsIn(900));
    const told = toldOf(demo).map(([, person]) => person);
    expect(told).not.toContain('contact/r-0502/2');
  });

  it('tells those who are concerned when only the emergency number is left', () => {
    const demo = new CareDemo();
    demo.press();
    demo.desk.advance(secondsIn(179));
    const before = toldOf(demo).length;
    demo.desk.advance(secondsIn(180));
    expect(toldOf(demo).slice(before)).toContainEqual(['reminder', 'c-lin']);
  });

  it('rests as soon as somebody accepts, and goes on when they give it back', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.desk.advance(secondsIn(40));
    demo.must(task, 'accept', 'c-lin', { now: secondsIn(40) });
    demo.desk.advance(secondsIn(600));
    expect(climbed(demo.task(task.id)).at(-1)).toEqual([30, 'family 1']);
    demo.must(task, 'return', 'c-lin', { now: secondsIn(600), comment: 'ill' });
    demo.desk.advance(secondsIn(600));
    expect(climbed(demo.task(task.id)).at(-1)).toEqual([600, 'care-staff c-lin']);
  });

  it('tells the family that it is over, since they were told that it began', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.must(task, 'void', 'm-li', { now: secondsIn(10), comment: 'test' });
    expect(toldOf(demo, 'ended', 'family-over')).toEqual([
      ['ended', 'c-lin'],
      ['family-over', 'contact/r-0502/0'],
    ]);
  });
});

describe('an alarm that is no matter of life', () => {
  it('waits for the cancel window, then asks the resident, then calls; its worker has it from the beginning', () => {
    const demo = new CareDemo();
    const task = demo.worry();
    expect(task.assignee).toBe('c-lin');
    demo.desk.advance(secondsIn(900));
    expect(climbed(demo.task(task.id)).map(([at, what]) => `${at} ${what.split(' ')[0]}`)).toEqual([
      '0 cancel',
      '30 resident',
      '60 family',
      '90 family',
      '120 care-staff',
      '180 grid-worker',
      '240 emergency',
    ]);
  });

  it('leaves the window out where its rule says so, and the whole ladder where it says that', () => {
    const demo = new CareDemo();
    const order = demo.orders.get('no-sign-of-life');
    const task = order?.task;
    if (!order || !task) throw new Error('no order');
    demo.orders.set('no-sign-of-life', { ...order, task: { ...task, ladder: 'at-once' } });
    expect(climbed(demo.worry()).map(([at]) => at)).toEqual([0, 0, 0]);
    const other = new CareDemo();
    other.orders.set('no-sign-of-life', { ...order, task: { ...task, ladder: 'none' } });
    expect(other.worry().ladder).toBeUndefined();
  });

  it('starts none when it is minor, nor does one of another category', () => {
    const demo = new CareDemo();
    expect(
      demo.raise('no-sign-of-life', { category: 'elderly-care', severity: 'minor' }).ladder,
    ).toBeUndefined();
    expect(demo.raise().ladder).toBeUndefined();
  });
});

describe('a rung that calls nobody is passed over at once and says why', () => {
  it('hospital: nobody is called at home who is not there', () => {
    const demo = new CareDemo();
    demo.mode('hospital');
    const task = demo.worry();
    demo.desk.advance(secondsIn(30));
    expect(climbed(demo.task(task.id)).slice(1)).toEqual([
      [30, 'resident passed over: in-hospital'],
      [30, 'family 1'],
    ]);
    expect(toldOf(demo, 'resident-check')).toEqual([]);
  });

  it('away; without a phone; without contacts; without consent', () => {
    const why = (prepare: (demo: CareDemo) => void): string => {
      const demo = new CareDemo();
      prepare(demo);
      return climbed(demo.press())
        .map(([, what]) => what)
        .filter((what) => what.includes('passed'))
        .join(', ');
    };
    expect(why((demo) => demo.mode('away'))).toBe('resident passed over: away');
    expect(why((demo) => demo.resident({ phone: undefined }))).toBe('resident passed over: no-phone');
    expect(why((demo) => demo.resident({ contacts: [] }))).toBe('family passed over: no-contacts');
    const shy = [{ name: 'x', phone: '136' }];
    expect(why((demo) => demo.resident({ contacts: shy }))).toBe('family passed over: no-consent');
    const lost = [{ name: 'x', consent: true }];
    expect(why((demo) => demo.resident({ contacts: lost }))).toBe('family passed over: no-phone');
  });

  it('outside a contact’s hours, unless it is a matter of life and nobody else is there', () => {
    const contacts = [{ phone: '136', consent: true, hours: '18:00-09:00' }];
    const mild = new CareDemo();
    mild.resident({ contacts });
    const task = mild.worry();
    mild.desk.advance(secondsIn(60));
    expect(climbed(mild.task(task.id)).map(([, what]) => what)).toContain(
      'family passed over: outside-hours',
    );
    const grave = new CareDemo();
    grave.resident({ contacts });
    expect(climbed(grave.press()).at(-1)).toEqual([0, 'family 1']);
  });
});

describe('cancelled', () => {
  it('by its key within the window: nobody more is called, it stays with its worker, who is told', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.cancels(true, secondsIn(5));
    demo.desk.advance(secondsIn(55));
    const after = demo.task(task.id);
    expect(climbed(after)).toHaveLength(3);
    expect(after).toMatchObject({ state: 'dispatched', assignee: 'c-lin', version: 1 });
    expect(after.history.at(-1)).toMatchObject({
      action: 'cancel',
      actor: 'device:sos-1',
      reason: 'cancelled on device sos-1',
    });
    expect(toldOf(demo, 'calmed')).toEqual([['calmed', 'c-lin']]);
    expect(ladderOf(demo, task.id).stopped).toMatchObject({ how: 'cancelled' });
    // Whoever has to look is still chased.
    demo.desk.advance(secondsIn(60));
    expect(demo.task(task.id).history.some(({ action }) => action === 'escalate')).toBe(true);
  });

  it('not by the button that is let go, but by the same word a while later', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.cancels(false, secondsIn(0.3));
    expect(ladderOf(demo, task.id).stopped).toBeNull();
    demo.cancels(false, secondsIn(10));
    expect(ladderOf(demo, task.id).stopped).not.toBeNull();
  });

  it('not by a word from before the press that arrives after it', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.cancels(true, secondsIn(10), epochMs(t0 - 60_000));
    expect(ladderOf(demo, task.id).stopped).toBeNull();
  });

  it('too late: the ladder goes on, and the history says it once', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.desk.advance(secondsIn(31));
    demo.cancels(true, secondsIn(31));
    demo.cancels(true, secondsIn(32));
    const late = demo.task(task.id).history.filter(({ action }) => action === 'cancel');
    expect(late.map(({ reason }) => reason)).toEqual([expect.stringContaining('too late to stop it')]);
    demo.desk.advance(secondsIn(60));
    expect(climbed(demo.task(task.id)).at(-1)).toEqual([60, 'care-staff c-mei']);
  });

  it('and pressed again it begins anew', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.cancels(true, secondsIn(5));
    const again = demo.press(secondsIn(20));
    expect(again.id).toBe(task.id);
    expect(climbed(again).slice(3)).toEqual([
      [20, 'cancel'],
      [20, 'resident'],
      [20, 'family 1'],
    ]);
    expect(toldOf(demo, 'family-called')).toHaveLength(2);
  });

  it('in the moment in which somebody accepts: both stand, in either order', () => {
    for (const order of ['cancel first', 'accept first']) {
      const demo = new CareDemo();
      const task = demo.press();
      const seen = demo.task(task.id).version;
      if (order === 'cancel first') demo.cancels(true, secondsIn(5));
      demo.must(task, 'accept', 'c-lin', { now: secondsIn(5), version: seen });
      if (order === 'accept first') demo.cancels(true, secondsIn(5));
      const after = demo.task(task.id);
      expect(after.state).toBe('accepted');
      expect(after.ladder?.stopped).not.toBeNull();
      demo.desk.advance(secondsIn(600));
      expect(climbed(demo.task(task.id))).toHaveLength(3);
    }
  });

  it('by a call: the resident is well; without an answer help is called at once', () => {
    const well = new CareDemo();
    const task = well.worry();
    expect(codeOf(well.answers(task, 'c-mei', 'well', secondsIn(10)))).toBe('ok');
    well.desk.advance(secondsIn(900));
    expect(climbed(well.task(task.id))).toEqual([[0, 'cancel']]);
    const silent = new CareDemo();
    const other = silent.worry();
    expect(codeOf(silent.answers(other, 'c-mei', 'no-answer', secondsIn(10)))).toBe('ok');
    expect(climbed(silent.task(other.id))).toEqual([
      [0, 'cancel'],
      [10, 'resident'],
      [10, 'family 1'],
    ]);
  });
});

describe('somebody is on the way', () => {
  it('and nobody more is called until the minutes and the grace are over, then the ladder climbs on and says who is missing', () => {
    const demo = new CareDemo();
    const task = demo.press();
    expect(codeOf(demo.comes(task, 'c-mei', 5, secondsIn(20)))).toBe('ok');
    demo.desk.advance(secondsIn(20 + 300 + 59));
    expect(climbed(demo.task(task.id))).toHaveLength(3);
    expect(demo.task(task.id).history.some(({ action }) => action === 'escalate')).toBe(false);
    demo.desk.advance(secondsIn(20 + 300 + 60));
    expect(climbed(demo.task(task.id)).at(-1)).toEqual([380, 'family without c-mei 1']);
    expect(demo.task(task.id).coming).toMatchObject([{ person: 'c-mei', minutes: 5, isMissed: true }]);
  });

  it('but in a matter of life nobody holds the others back for longer than a quarter of an hour', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.comes(task, 'c-mei', 120, secondsIn(20));
    demo.desk.advance(secondsIn(20 + 900 + 59));
    expect(climbed(demo.task(task.id))).toHaveLength(3);
    demo.desk.advance(secondsIn(20 + 900 + 60));
    expect(climbed(demo.task(task.id))).toHaveLength(4);
    const mild = new CareDemo();
    const worry = mild.worry();
    mild.comes(worry, 'c-mei', 120, secondsIn(5));
    const { length } = climbed(mild.task(worry.id));
    mild.desk.advance(secondsIn(7_200));
    expect(climbed(mild.task(worry.id))).toHaveLength(length);
  });

  it('two at once: both stand, and the later time counts; who says it again is there once', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.comes(task, 'c-lin', 5, secondsIn(10));
    demo.comes(task, 'w-zhou', 10, secondsIn(10));
    demo.comes(task, 'c-lin', 3, secondsIn(20));
    const { coming } = demo.task(task.id);
    expect(coming?.map(({ person, minutes }) => [person, minutes])).toEqual([
      ['w-zhou', 10],
      ['c-lin', 3],
    ]);
    demo.desk.advance(secondsIn(10 + 600 + 59));
    expect(climbed(demo.task(task.id))).toHaveLength(3);
    demo.desk.advance(secondsIn(10 + 600 + 60));
    expect(climbed(demo.task(task.id)).at(-1)?.[1]).toContain('without w-zhou without c-lin');
  });

  it('who accepted and said when has to begin by then', () => {
    const late = new CareDemo();
    const task = late.press();
    late.must(task, 'accept', 'c-lin', { now: secondsIn(10) });
    late.comes(task, 'c-lin', 5, secondsIn(10));
    late.desk.advance(secondsIn(370));
    expect(climbed(late.task(task.id)).at(-1)).toEqual([370, 'family without c-lin 1']);
    const there = new CareDemo();
    const other = there.press();
    there.must(other, 'accept', 'c-lin', { now: secondsIn(10) });
    there.comes(other, 'c-lin', 5, secondsIn(10));
    there.must(other, 'start', 'c-lin', { now: secondsIn(200) });
    there.desk.advance(secondsIn(900));
    expect(climbed(there.task(other.id))).toHaveLength(3);
  });

  it('is for people who work there, on a task that is open, in minutes that make sense', () => {
    const demo = new CareDemo();
    const task = demo.press();
    expect(codeOf(demo.comes(task, 'nobody', 5, secondsIn(1)))).toBe('not-allowed');
    expect(codeOf(demo.comes(task, 'c-lin', 0, secondsIn(1)))).toBe('invalid-input');
    expect(codeOf(demo.comes(task, 'c-lin', 121, secondsIn(1)))).toBe('invalid-input');
    demo.must(task, 'void', 'm-li', { now: secondsIn(10), comment: 'test' });
    expect(codeOf(demo.comes(task, 'c-lin', 5, secondsIn(11)))).toBe('wrong-state');
  });
});

describe('time that is not as it should be', () => {
  it('a rung that fell due while Gridbell was away has its turn after it, once, late, and the next one its whole time', () => {
    const demo = new CareDemo();
    const task = demo.press();
    demo.restart();
    demo.desk.wasAway({ from: secondsIn(10), to: secondsIn(3_600) });
    demo.desk.advance(secondsIn(3_600));
    expect(climbed(demo.task(task.id)).slice(3)).toEqual([[3_600, 'family late 1']]);
    demo.desk.advance(secondsIn(3_630));
    expect(climbed(demo.task(task.id)).at(-1)).toEqual([3_630, 'care-staff c-mei']);
  });

  it('a restart after each rung changes nothing', () => {
    const calm = new CareDemo();
    const killed = new CareDemo();
    const [a, b] = [calm.press(), killed.press()];
    calm.desk.advance(secondsIn(900));
    for (let at = 0; at <= 900; at += 7) {
      killed.restart();
      killed.desk.advance(secondsIn(at));
    }
    killed.desk.advance(secondsIn(900));
    expect(climbed(killed.task(b.id))).toEqual(climbed(calm.task(a.id)));
    expect(toldOf(killed)).toEqual(toldOf(calm));
  });

  it('a clock that is set back makes no rung and no promise wait longer than its length', () => {
    const demo = new CareDemo();
    const task = demo.press(secondsIn(3_600));
    demo.comes(task, 'c-mei', 5, secondsIn(3_605));
    demo.desk.setBack(t0);
    demo.desk.advance(secondsIn(359));
    expect(climbed(demo.task(task.id))).toHaveLength(3);
    demo.desk.advance(secondsIn(360));
    expect(climbed(demo.task(task.id))).toHaveLength(4);
  });
});

describe('the family of a resident', () => {
  it('has each as long as is said with them, the others an equal share', () => {
    const demo = new CareDemo();
    const contact = (order: number, within?: string) => ({
      name: `c${order}`,
      phone: '139',
      order,
      within,
      consent: true,
    });
    demo.resident({ contacts: [contact(2), contact(1, '2m'), contact(1, '90s'), contact(3, '5s')] });
    const { rungs } = ladderOf(demo, demo.press().id);
    const family = rungs.filter((rung) => rung.for === 'family');
    expect(family.map(({ order, withinMs }) => [order, withinMs])).toEqual([
      [1, 120_000],
      [2, 20_000],
      [3, 20_000],
    ]);

    const single = new CareDemo();
    single.resident({ contacts: [contact(4, '45s')] });
    const [only, ...more] = ladderOf(single, single.press().id).rungs.filter((rung) => rung.for === 'family');
    expect([only?.withinMs, more]).toEqual([45_000, []]);
  });
});
