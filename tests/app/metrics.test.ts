import { describe, expect, it } from 'vitest';
import { histogramSamples } from '#app/metrics/measured-histogram.ts';
import { Durations, Tally } from '#model/counting.ts';
import { RuleTally } from '#rules/engine/rule-counts.ts';
import { knownMetrics } from '#tests/app/support/known-metrics.ts';
import { sightWith } from '#tests/app/support/sights.ts';

const units = ['seconds', 'bytes'];
/** What a scrape gives: `name{labels}` → value. */
const samplesOf = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );

describe('names of metrics', () => {
  const ours = knownMetrics()
    .getMetricsAsJSON()
    .then((metrics) => metrics.filter(({ name }) => name.startsWith('gridbell_')));

  it('follow the conventions: counters end in _total, others do not, units are base units, help is there', async () => {
    for (const { help, name, type } of await ours) {
      expect(name, name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith('_total'), name).toBe(String(type) === 'counter');
      if (String(type) === 'histogram') expect(name, name).toMatch(/_seconds$/);
      expect(name, name).not.toMatch(/_(ms|milliseconds|minutes|kb|mb|percent|count|sum|bucket|info)(_|$)/);
      expect(help, name).toMatch(/^(1|[A-Z]).*[^.]$/);
      for (const unit of units)
        if (name.includes(unit)) expect(name, name).toMatch(new RegExp(`_${unit}(_total)?$`));
    }
  });

  it('have no label that names a device, a place or a person', async () => {
    const labels = (await ours).flatMap(({ values }) => values.flatMap((value) => Object.keys(value.labels)));
    expect([...new Set(labels)].sort((a, b) => a.localeCompare(b))).toEqual([
      'action',
      'channel',
      'dialect',
      'kind',
      'le',
      'outcome',
      'qos',
      'reason',
      'rule',
      'severity',
      'state',
      'thread',
      'type',
    ]);
  });
});

describe('a scrape', () => {
  it('has no more than 200 rules by themselves; the others are summed up', async () => {
    const counts = Object.fromEntries(
      Array.from({ length: 203 }, (_, index) => {
        const tally = new RuleTally();
        for (let n = 0; n < index; n++) tally.raised(n, false);
        return [`r${String(index).padStart(3, '0')}`, tally.counts];
      }),
    );
    const sight = sightWith({ engine: { rules: { active: 203, broken: 0, waiting: 0, counts } } });
    const samples = samplesOf(await knownMetrics({ look: async () => sight }).metrics());
    const series = [...samples].filter(([name]) => name.startsWith('gridbell_rule_alarms_total{'));
    expect(series).toHaveLength(201);
    expect(samples.get('gridbell_rule_alarms_total{rule="r199"}')).toBe(199);
    expect(samples.get('gridbell_rule_alarms_total{rule="other"}')).toBe(200 + 201 + 202);
  });

  it('has cumulative buckets of what another thread counted', () => {
    const durations = new Durations([0.01, 0.1]);
    for (const ms of [5, 10, 50, 500]) durations.observe(ms);
    expect(histogramSamples('x_seconds', durations.counts)).toEqual([
      { metricName: 'x_seconds_bucket', labels: { le: 0.01 }, value: 2 },
      { metricName: 'x_seconds_bucket', labels: { le: 0.1 }, value: 3 },
      { metricName: 'x_seconds_bucket', labels: { le: '+Inf' }, value: 4 },
      { metricName: 'x_seconds_sum', labels: {}, value: 0.565 },
      { metricName: 'x_seconds_count', labels: {}, value: 4 },
    ]);
  });

  it('tells of a thread that does not answer what it said last, and that it does not', async () => {
    const sight = sightWith({ silentMs: { engine: 3_000 } });
    const samples = samplesOf(await knownMetrics({ look: async () => sight }).metrics());
    expect(samples.get('gridbell_up')).toBe(1);
    expect(samples.get('gridbell_thread_up{thread="engine"}')).toBe(0);
    expect(samples.get('gridbell_thread_silent_seconds{thread="engine"}')).toBe(3);
    expect(samples.get('gridbell_thread_up{thread="broker"}')).toBe(1);
    expect(samples.get('gridbell_readings_total')).toBe(10);
    expect(samples.get('gridbell_alarms_active{severity="critical"}')).toBe(2);
    expect(samples.get('gridbell_alarms_active{severity="minor"}')).toBe(0);
  });

  it('leaves out what nobody ever told, instead of a zero', async () => {
    const sight = { ...sightWith(), engine: { last: null, silentMs: 9_000 }, queue: null };
    const samples = samplesOf(await knownMetrics({ look: async () => sight }).metrics());
    expect(samples.has('gridbell_readings_total')).toBe(false);
    expect(samples.has('gridbell_history_lag_seconds')).toBe(false);
    expect(samples.has('gridbell_engine_commit_duration_seconds_count')).toBe(false);
    expect(samples.get('gridbell_inbox_position')).toBe(10);
  });

  it('looks once for all metrics, and anew for the next', async () => {
    let looks = 0;
    const metrics = knownMetrics({
      look: async () => {
        looks += 1;
        return sightWith();
      },
    });
    await metrics.metrics();
    await metrics.metrics();
    expect(looks).toBe(2);
  });
});

describe('a tally', () => {
  it('has its labels at zero from the beginning and takes others on', () => {
    const tally = new Tally<string>(['a', 'b']);
    tally.add('a');
    const other = new Tally<string>(['b']);
    other.add('c', 3);
    tally.addAll(other);
    expect(tally.counts).toEqual({ a: 1, b: 0, c: 3 });
  });
});
