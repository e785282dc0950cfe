import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { compareWithPlatform, contradiction, type OwnCounts } from '#device-sim/load/agreement.ts';
import { Latencies } from '#device-sim/load/latencies.ts';
import { histogramPercentile, histogramSince, PlatformFigures } from '#device-sim/load/platform-figures.ts';

const none = new Latencies().summary();
const ours: OwnCounts = {
  sent: 100,
  acknowledged: 100,
  readings: 200,
  alarms: 4,
  tasks: 4,
  service: none,
  task: null,
};
const nothing = new PlatformFigures('');

/** What a platform would tell after the load; each sample may be told otherwise. */
const told = (others: Readonly<Record<string, number>> = {}): PlatformFigures => {
  const samples = {
    'gridbell_mqtt_messages_total{qos="1"}': 100,
    gridbell_readings_total: 200,
    gridbell_history_readings_total: 200,
    'gridbell_alarms_raised_total{severity="critical"}': 4,
    'gridbell_tasks_raised_total{severity="critical"}': 4,
    ...others,
  };
  return new PlatformFigures(
    Object.entries(samples)
      .map((sample) => sample.join(' '))
      .join('\n'),
  );
};
const compare = (after: PlatformFigures, before = nothing) =>
  compareWithPlatform(ours, { before, measuredFrom: before, after });

describe('our counts and the platform’s', () => {
  it('agree when they are the same', () => {
    const comparisons = compare(told());
    expect(comparisons.map(({ verdict }) => verdict)).toEqual(['same', 'same', 'same', 'same', 'same']);
    expect(contradiction(comparisons)).toBeNull();
  });

  it('agree when others sent a little beside us', () => {
    const comparisons = compare(told({ 'gridbell_mqtt_messages_total{qos="1"}': 105 }));
    expect(comparisons[0]).toMatchObject({ differencePercent: 5, verdict: 'within' });
    expect(contradiction(comparisons)).toBeNull();
  });

  it('contradict each other when the platform has more than 5 % more', () => {
    const comparisons = compare(told({ gridbell_readings_total: 211 }));
    expect(contradiction(comparisons)).toBe('taken by the engine: 200 readings by us, 211 by the platform');
  });

  it('contradict each other when one message that was acknowledged is not there', () => {
    const comparisons = compare(told({ 'gridbell_mqtt_messages_total{qos="1"}': 99 }));
    expect(contradiction(comparisons)).toBe('acknowledged: 100 msg by us, 99 by the platform');
  });

  it('agree when the platform has what was sent and not acknowledged, but no more than that', () => {
    const sent = { ...ours, sent: 150 };
    const compared = (messages: number) =>
      compareWithPlatform(sent, {
        before: nothing,
        measuredFrom: nothing,
        after: told({ 'gridbell_mqtt_messages_total{qos="1"}': messages }),
      })[0]?.verdict;
    expect([compared(150), compared(151)]).toEqual(['unanswered', 'apart']);
  });

  it('leave out what was there before, and what this platform does not tell', () => {
    const before = told();
    const after = told({ 'gridbell_mqtt_messages_total{qos="1"}': 200 });
    expect(compare(after, before)[0]).toMatchObject({ platforms: 100, verdict: 'same' });
    expect(compare(nothing)).toEqual([]);
  });
});

describe('a histogram of the platform', () => {
  it('is read back as it was written, between two scrapes', async () => {
    const registry = new Registry();
    const histogram = new Histogram({
      name: 'took_seconds',
      help: 'h',
      labelNames: ['topic'],
      buckets: [0.001, 0.01, 0.1],
      registers: [registry],
    });
    const scrape = async () =>
      new PlatformFigures(await registry.metrics()).histogram('took_seconds', 'topic="tasks"');
    histogram.observe({ topic: 'tasks' }, 0.0005);
    histogram.observe({ topic: 'alarms' }, 0.0005);
    const before = await scrape();
    for (const seconds of [0.002, 0.004, 0.006, 5]) histogram.observe({ topic: 'tasks' }, seconds);
    const since = histogramSince(before, await scrape());
    expect(since).toMatchObject({ count: 4, counts: [0, 3, 0, 1], bounds: [0.001, 0.01, 0.1, Infinity] });
    if (since === null) throw new Error('none');
    // Two thirds into the bucket from 1 to 10 ms; what is longer than all bounds is told as the last of them.
    expect(histogramPercentile(since, 50)).toBeCloseTo(7);
    expect(histogramPercentile(since, 99)).toBe(100);
  });
});
