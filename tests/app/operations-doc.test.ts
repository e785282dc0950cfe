import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settingNames } from '#app/config.ts';
import type { Core } from '#app/core.ts';
import { judgeHealth } from '#app/health.ts';
import { createMetrics } from '#app/metrics.ts';

const text = readFileSync('docs/operations.md', 'utf8');

describe('docs/operations.md', () => {
  it('names every setting', () => {
    expect(settingNames.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('names every metric, and none that does not exist', () => {
    const known = createMetrics({} as Core)
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => name.startsWith('gridbell_'));
    const named = [...text.matchAll(/`(gridbell_[a-z_]+)`/g)].map(([, name]) => name);
    expect(known.filter((name) => !named.includes(name))).toEqual([]);
    expect(
      named.filter((name) => name !== 'gridbell_http_request_seconds' && !known.includes(name ?? '')),
    ).toEqual([]);
  });

  it('names every check of the health', () => {
    const { checks } = judgeHealth({
      listening: true,
      inboxFailure: null,
      inboxPosition: 0,
      engine: null,
      historyPosition: null,
      historyBacklog: 0,
    });
    expect(Object.keys(checks).filter((name) => !text.includes(`| \`${name}\``))).toEqual([]);
  });
});
