import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settingNames } from '#app/config.ts';
import { checks } from '#app/doctor/doctor.ts';
import { judgeHealth } from '#app/health.ts';
import { brokerGuards } from '#broker/guards/broker-guards.ts';
import { defaultLimits } from '#broker/limits.ts';
import { knownMetrics } from '#tests/app/support/known-metrics.ts';

const text = readFileSync('docs/operations.md', 'utf8');

describe('docs/operations.md', () => {
  it('names every setting', () => {
    expect(settingNames.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('names every metric, and none that does not exist', () => {
    const known = knownMetrics()
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => name.startsWith('gridbell_'));
    const named = [...text.matchAll(/\b(gridbell_[a-z_]+)/g)].map(([, name = '']) =>
      name.replace(/_(bucket|sum|count)$/, ''),
    );
    expect(known.filter((name) => !named.includes(name))).toEqual([]);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('names every check of doctor, and what a start needs, to which a failed one points', () => {
    expect(checks.filter(({ name }) => !text.includes(`| \`${name}\``))).toEqual([]);
    expect(text).toContain('## What a start needs');
  });

  it('names every reason for which the broker refuses', () => {
    const reasons = brokerGuards.flatMap(({ refusals }) => [...refusals]);
    expect(reasons.filter((reason) => !text.includes(`\`${reason}\``))).toEqual([]);
  });

  it('is about all limits of the broker, each of which belongs to one guard', () => {
    const owned = brokerGuards.flatMap(({ limits }) => [...limits]);
    expect(owned.toSorted()).toEqual(Object.keys(defaultLimits).toSorted());
  });

  it('names every check of the health', () => {
    const { checks } = judgeHealth({ listening: true, clock: 'system', nowMs: 0, sight: null });
    expect(Object.keys(checks).filter((name) => !text.includes(`| \`${name}\``))).toEqual([]);
  });
});
