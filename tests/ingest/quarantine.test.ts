import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { quarantineReasons } from '#model/quarantine.ts';
import { device, ingestWith, now, take } from '#tests/ingest/workbench.ts';

const guide = readFileSync(new URL('../../docs/quarantine.md', import.meta.url), 'utf8');

test.each(quarantineReasons)('docs/quarantine.md says what %s means and what to do', (reason) => {
  const row = guide.split('\n').find((line) => line.startsWith(`| \`${reason}\``));
  expect(
    row
      ?.split('|')
      .map((cell) => cell.trim())
      .filter(Boolean),
  ).toHaveLength(3);
});

test('docs/quarantine.md knows no reason that does not exist', () => {
  const named = [...guide.matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1]);
  expect(new Set(named)).toEqual(new Set(quarantineReasons));
});

test('a quarantined value says where it came from', () => {
  const [held] = take(ingestWith(), { temperature: 'warm' }).quarantined;
  expect(held).toMatchObject({
    device,
    receivedAt: now,
    position: 1,
    topic: `gridbell/c-1/${device}/telemetry`,
    dialect: 'native',
    reason: 'wrong-type',
    property: 'temperature',
    detail: 'temperature: a number is expected, not a text',
  });
});

test('what was wrong is told without telling the value', () => {
  const held = take(ingestWith(), { 'heart-rate': 712, name: '张三', 'access-result': 'secret' }).quarantined;
  expect(held.map(({ detail }) => detail).join()).not.toMatch(/712|张三|secret/);
});

test('many refused values of one message are kept together after the 64th', () => {
  const json = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`text-${index}`, 'x']));
  const { quarantined } = take(ingestWith(), json);
  expect(quarantined).toHaveLength(65);
  const last = quarantined.at(-1);
  expect(last).toMatchObject({ reason: 'unknown-property', property: null });
  expect(JSON.parse(Buffer.from(last?.payload ?? []).toString())).toHaveLength(36);
});

test('a device that is not known is quarantined whole', () => {
  const sent = { topic: 'gridbell/c-1/gone/telemetry', sender: 'gone' as never };
  const [held, ...others] = take(ingestWith(), { smoke: true }, sent).quarantined;
  expect(others).toEqual([]);
  expect(held).toMatchObject({ device: 'gone', reason: 'unknown-device', property: null });
  expect(Buffer.from(held?.payload ?? []).toString()).toBe('{"smoke":true}');
});
