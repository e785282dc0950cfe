import { describe, expect, it } from 'vitest';
import { unseenBy } from '#api/authorization/rule-sight.ts';
import { runningApi } from '#tests/api/support/running-api.ts';

const rule = (more: object) => ({
  id: 'r1',
  category: 'comfort',
  severity: 'minor',
  property: 'battery',
  when: 'value < 10',
  ...more,
});

describe('what a rule looks at', () => {
  it.each([
    ['heart-rate', { property: 'heart-rate' }],
    ['heart-rate', { property: ['battery', 'heart-rate'] }],
    ['heart-rate', { when: "last('heart-rate') > 100" }],
    ['heart-rate', { when: "value < 10 && avg('heart-rate', '10m') > 100" }],
    ['heart-rate', { when: "others('heart-rate', 60.0, 'building', '1m') > 0" }],
    ['heart-rate', { when: "baseline('heart-rate').mean > 60" }],
    ['heart-rate', { levels: [{ when: "last('heart-rate') > 100", severity: 'major' }] }],
    ['heart-rate', { clear: "last('heart-rate') > 100" }],
    ['heart-rate', { when: "values['heart-rate'] > 100" }],
    ['heart-rate', { when: '"heart-rate" in values' }],
    ['heart-rate', { when: "valeu > 1 && last('heart-rate') > 100" }],
    ['fall', { property: 'door-open', when: 'value == true', key: { by: 'device', and: 'fall' } }],
    ['whole messages or the limits of persons', { when: "values['heart' + '-rate'] > 100" }],
    ['whole messages or the limits of persons', { when: "values['vendor-pulse'] > 100" }],
    ['whole messages or the limits of persons', { when: 'values.spo2 > 90' }],
    ['whole messages or the limits of persons', { when: 'size(values) > 2' }],
    ['whole messages or the limits of persons', { when: "'heart-rate' in resident.limits && value < 10" }],
  ])('%s is not for a property manager: %j', (what, more) => {
    expect(unseenBy('property-manager', rule(more))).toSatisfy(
      (found) => found === what || found === 'heart-rate',
    );
    expect(unseenBy('admin', rule(more))).toBeNull();
  });

  it.each([{}, { when: "value < 10 && last('temperature') > 30" }, { when: "values['smoke'] == true" }])(
    'is for a property manager: %j',
    (more) => expect(unseenBy('property-manager', rule(more))).toBeNull(),
  );
});

it('a property manager sets no rule whose alarms and counts would tell of vitals, in a file neither', async () => {
  await using api = await runningApi();
  await api.send('admin', 'POST', '/users', {
    id: 'boss',
    role: 'property-manager',
    password: 'a long password',
  });
  const text = JSON.stringify(rule({ shadow: true, property: 'heart-rate', when: 'value > 110' }));
  const put = (account: 'admin' | 'boss', url: string, payload: string) =>
    api.call(account, { method: 'PUT', url, headers: { 'content-type': 'application/json' }, payload });
  const refused = await put('boss', '/api/v1/rules/r1', text);
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'not-allowed']);
  expect((await put('boss', '/api/v1/rules', `{"rules":[${text}]}`)).statusCode).toBe(403);
  expect((await put('admin', '/api/v1/rules/r1', text)).statusCode).toBe(200);
  expect((await put('boss', '/api/v1/rules/r2', JSON.stringify({ ...rule({}), id: 'r2' }))).statusCode).toBe(
    200,
  );
});
