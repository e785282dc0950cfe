import { describe, expect, it } from 'vitest';
import { checkRules } from '#rules/language/check-rules.ts';
import { community, rule, World } from '#tests/rules/community.ts';

const source = rule({ when: 'value > 5', for: '60s', 'for-gap': '20s' });
const begin = (): World => new World(community([{ id: 'd1', kind: 'environment' }]), [source]);

describe('`for-gap`', () => {
  it('lets `for` run out while readings come', () => {
    const world = begin();
    for (let at = 0; at <= 60; at += 15) world.say(at, { temperature: 9 });
    expect(world.story).toEqual(['raised r1 60']);
  });

  it('lets it run out between two readings, no further from the last than the gap', () => {
    const world = begin();
    for (const at of [0, 19, 38, 50]) world.say(at, { temperature: 9 });
    expect(world.pass(100).story).toEqual(['raised r1 60']);
  });

  it('ends the waiting in a silence, and begins anew with the next reading', () => {
    const world = begin().say(0, { temperature: 9 }).say(15, { temperature: 9 }).pass(40);
    expect(world.lastOutcome('r1', 'd1')).toMatch(/^quiet/);
    for (let at = 41; at <= 101; at += 15) world.say(at, { temperature: 9 });
    expect(world.story).toEqual(['raised r1 101']);
  });

  it('is no gap when the reading between comes late', () => {
    const world = begin().say(0, { temperature: 9 }).say(15, { temperature: 9 }).say(45, { temperature: 9 });
    world.say(30, { temperature: 9 }, { arrives: 46 }).say(60, { temperature: 9 });
    expect(world.story).toEqual(['raised r1 60']);
  });

  it('stands over a crash', () => {
    const world = begin().say(0, { temperature: 9 }).save().restart([source]).pass(100);
    expect(world.story).toEqual([]);
  });

  it.each([
    ['for: 60s, for-gap: 60s', /shorter than 'for'/],
    ['for-gap: 10s', /shorter than 'for'/],
    ['event: true, for-gap: 10s', /'for-gap' has no meaning with 'event'/],
  ])('is refused with %s', (keys, message) => {
    const text = `rules: [{ id: r, category: c, severity: minor, property: temperature, when: value > 5, ${keys} }]`;
    expect(checkRules(text, { file: 'f' }).problems[0]?.message).toMatch(message);
  });
});
