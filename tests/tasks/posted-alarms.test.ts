import { describe, expect, it } from 'vitest';
import { epochMs } from '#model/brand.ts';
import { fc } from '#tests/support/properties.ts';
import { addPerson, addResident, Demo, orderOf, placeId, secondsIn, t0 } from '#tests/tasks/support/demo.ts';
import { didOf, Poster } from '#tests/tasks/support/poster.ts';

const alarmsOf = (demo: Demo) => [...demo.store.alarms.values()];

describe('an alarm that is raised from outside', () => {
  it('opens a task of its category, with its own title', () => {
    const demo = new Demo();
    const poster = new Poster(demo);
    const title = { zh: '{place} 走廊灯坏了', en: 'Corridor light out at {place}' };
    const raised = poster.raise({ title, at: secondsIn(-60) });
    expect(didOf(raised)).toBe('raised');
    const [alarm] = alarmsOf(demo);
    expect(alarm).toMatchObject({
      rule: 'corridor',
      ruleVersion: 0,
      key: 'b3',
      device: '',
      state: 'active',
      startedAt: secondsIn(-60),
      posted: { by: 'token-flow', title },
    });
    const task = demo.taskOf(alarm?.id ?? '');
    expect(task).toMatchObject({
      state: 'dispatched',
      category: 'facilities',
      title: { zh: '3号楼 走廊灯坏了', en: 'Corridor light out at Building 3' },
    });
    expect(task.assignee ?? task.also[0]).toBe('m-li');
  });

  it('is regraded while it stands, and takes its task up with it', () => {
    const demo = new Demo();
    const poster = new Poster(demo);
    poster.raise();
    expect(didOf(poster.raise({ id: 'm-2' }))).toBe('stood');
    expect(didOf(poster.raise({ id: 'm-3', severity: 'major' }, secondsIn(5)))).toBe('regraded');
    expect(alarmsOf(demo)).toMatchObject([{ severity: 'major', state: 'active' }]);
    expect([...demo.store.tasks.values()]).toMatchObject([{ severity: 'major' }]);
    // What was asked for before is done: it regrades nothing back.
    expect(didOf(poster.raise({ id: 'm-1' }, secondsIn(6)))).toBe('repeated');
    expect(alarmsOf(demo)).toMatchObject([{ severity: 'major' }]);
  });

  it('is ended by a clear, which does nothing when it comes again', () => {
    const demo = new Demo();
    const poster = new Poster(demo);
    expect(poster.clear({ id: 'early' })).toMatchObject({ value: { did: 'stood', alarm: null } });
    poster.raise();
    expect(didOf(poster.clear({ id: 'early' }))).toBe('repeated');
    expect(alarmsOf(demo)).toMatchObject([{ state: 'active' }]);
    expect(didOf(poster.clear({}, secondsIn(9)))).toBe('cleared');
    expect(alarmsOf(demo)).toMatchObject([{ state: 'cleared', clearedAt: secondsIn(9) }]);
    expect(didOf(poster.raise({ id: 'm-2' }, secondsIn(10)))).toBe('raised');
    expect(didOf(poster.clear({}, secondsIn(11)))).toBe('repeated');
    expect(alarmsOf(demo)).toMatchObject([{ state: 'cleared' }, { state: 'active' }]);
  });

  it('is never raised again by the same id: not when it is over, nor when a rule has the id', () => {
    const demo = new Demo();
    const poster = new Poster(demo);
    const first = poster.raise();
    poster.clear();
    poster.rules.add('corridor');
    demo.orders.set('corridor', orderOf('fire'));
    demo.restart();
    expect(didOf(poster.raise({}, secondsIn(60)))).toBe('repeated');
    expect(poster.raise()).toMatchObject({
      value: { alarm: first.ok ? first.value.alarm : '', transitions: [] },
    });
    expect(alarmsOf(demo)).toHaveLength(1);
    expect(didOf(poster.raise({ id: 'm-2' }))).toBe('already-exists');
  });

  it('can be ended, and keeps to its own order, when a rule took its id meanwhile', () => {
    const demo = new Demo();
    const poster = new Poster(demo);
    poster.raise({ title: { en: 'Light' } });
    poster.rules.add('corridor');
    demo.orders.set('corridor', orderOf('fire', { title: { en: 'Something else' }, reRaiseMs: 1 }));
    expect(didOf(poster.raise({ id: 'm-2', severity: 'critical' }))).toBe('already-exists');
    expect([...demo.store.tasks.values()]).toMatchObject([{ title: { en: 'Light' }, reRaiseMs: null }]);
    expect(didOf(poster.clear())).toBe('cleared');
  });

  it('is refused where the place, the device or the category is not there', () => {
    const demo = new Demo();
    const poster = new Poster(demo);
    expect(didOf(poster.raise({ place: placeId('gone') }))).toBe('unknown-reference');
    expect(didOf(poster.raise({ device: 'gone' as never }))).toBe('unknown-reference');
    expect(didOf(poster.raise({ category: 'none-such' }))).toBe('unknown-reference');
    // Nothing was done under the id: it may be asked for again.
    expect(didOf(poster.raise())).toBe('raised');
  });

  it('is refused to who may not: another place, a matter of life, an account that is gone', () => {
    const demo = new Demo();
    const poster = new Poster(demo);
    poster.raise();
    const elsewhere = [placeId('b4')];
    expect(didOf(poster.raise({ id: 'm-2', within: elsewhere, severity: 'major' }))).toBe('not-allowed');
    expect(didOf(poster.clear({ within: elsewhere }))).toBe('not-allowed');
    expect(didOf(poster.raise({ key: 'life', lifeSafety: true }))).toBe('not-allowed');
    poster.role = 'admin';
    expect(didOf(poster.raise({ key: 'life', lifeSafety: true }))).toBe('raised');
    poster.role = 'property-manager';
    expect(didOf(poster.clear({ key: 'life' }))).toBe('not-allowed');
    poster.role = undefined;
    expect(didOf(poster.clear())).toBe('not-allowed');
    expect(alarmsOf(demo).every(({ state }) => state === 'active')).toBe(true);
  });

  it('begins now where its own time cannot be', () => {
    const demo = new Demo();
    const poster = new Poster(demo);
    poster.raise({ key: 'ahead', at: secondsIn(3_600) });
    poster.raise({ key: 'ancient', at: epochMs(0) });
    poster.raise({ key: 'late', at: secondsIn(-3_600) });
    expect(alarmsOf(demo).map(({ receivedLate, startedAt }) => [startedAt, receivedLate])).toEqual([
      [t0, false],
      [t0, false],
      [secondsIn(-3_600), true],
    ]);
  });

  it('names a resident in its task to those only who may know, and needs no device', () => {
    const demo = new Demo();
    addPerson(demo.configuration, 'c-lin', 'care-staff', ['g1']);
    addResident(demo.configuration, { id: 'r-1', place: placeId('b3-0502'), name: '王奶奶' });
    const device = {
      id: 'watch' as never,
      kind: 'wearable',
      place: placeId('b3-0502'),
      resident: 'r-1' as never,
    };
    demo.configuration.apply({ op: 'put', resource: 'device', id: 'watch', body: device });
    const poster = new Poster(demo);
    const title = { zh: '{resident} 未按时吃药（{device}）' };
    poster.raise({ category: 'elderly-care', device: 'watch' as never, place: placeId('b3-0502'), title });
    poster.raise({ category: 'elderly-care', key: 'b4', place: placeId('b4'), title });
    expect([...demo.store.tasks.values()]).toMatchObject([
      {
        title: { zh: '王奶奶 未按时吃药（watch）' },
        publicTitle: { zh: '3号楼 3-502 未按时吃药（watch）' },
      },
      { title: { zh: '4号楼 未按时吃药（4号楼）' } },
    ]);
  });

  it('takes names for names, whatever they are called', () => {
    const demo = new Demo();
    const poster = new Poster(demo);
    for (const key of ['__proto__', 'constructor', '走廊 💡', ' ', 'x'.repeat(128)]) {
      expect(didOf(poster.raise({ key, rule: '__proto__', id: key }))).toBe('raised');
      expect(didOf(poster.raise({ key, rule: '__proto__', id: key }))).toBe('repeated');
      expect(didOf(poster.clear({ key, rule: '__proto__', id: key }))).toBe('cleared');
    }
    expect(new Set(alarmsOf(demo).map(({ id }) => id)).size).toBe(5);
  });
});

const request = fc.record({
  kind: fc.constantFrom('raise', 'raise', 'clear'),
  rule: fc.constantFrom('corridor', 'constructor'),
  key: fc.constantFrom('b3', 'b4'),
  id: fc.constantFrom('1', '2', '3', '4'),
  severity: fc.constantFrom('minor', 'major', 'critical'),
});
/** With the number of an earlier request, which is said again after this one; and whether the desk is made anew. */
const step = fc.record({ request, again: fc.nat(), restarts: fc.boolean() });

describe('whatever is asked for from outside', () => {
  it('comes to the same when each request is said again and again, also to a desk that was made anew', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const outcomes = [false, true].map((repeats) => {
          const demo = new Demo();
          const poster = new Poster(demo);
          const say = ({ kind, ...post }: (typeof steps)[number]['request'], at: number) => {
            const outcome =
              kind === 'raise'
                ? poster.raise({ ...post, severity: post.severity as 'minor' }, secondsIn(at))
                : poster.clear(post, secondsIn(at));
            seen.add(didOf(outcome));
            return didOf(outcome);
          };
          for (const [index, { again, request: one, restarts }] of steps.entries()) {
            say(one, index);
            if (!repeats) continue;
            if (restarts) demo.restart();
            expect(say(steps[again % (index + 1)]?.request ?? one, index)).toBe('repeated');
          }
          const active = alarmsOf(demo).filter(({ state }) => state === 'active');
          expect(new Set(active.map(({ key, rule }) => `${rule} ${key}`)).size).toBe(active.length);
          return [alarmsOf(demo), [...demo.store.tasks.values()], demo.store.events];
        });
        expect(outcomes[1]).toEqual(outcomes[0]);
      }),
      { numRuns: 300 },
    );
    // Else it would prove nothing.
    expect([...seen].sort()).toEqual(['cleared', 'raised', 'regraded', 'repeated', 'stood']);
  });
});
