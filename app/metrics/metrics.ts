import { collectDefaultMetrics, Registry } from 'prom-client';
import { brokerMetrics } from '#app/metrics/broker.ts';
import { engineMetrics } from '#app/metrics/engine.ts';
import { historyMetrics } from '#app/metrics/history.ts';
import { inboxMetrics } from '#app/metrics/inbox.ts';
import { ingestMetrics } from '#app/metrics/ingest.ts';
import { MetricBook } from '#app/metrics/metric-book.ts';
import { ruleMetrics } from '#app/metrics/rules.ts';
import { createLook, type SceneParts } from '#app/metrics/scene.ts';
import { threadMetrics } from '#app/metrics/threads.ts';
import { workMetrics } from '#app/metrics/work.ts';

/**
 * Figures of every stage on a reading's way, named by Prometheus's conventions; docs/operations.md says what each means.
 * The threads count for themselves and are asked when somebody looks; one that is stuck does not keep the others' back.
 */
export function createMetrics(parts: SceneParts): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const book = new MetricBook(registry, createLook(parts));
  threadMetrics(book);
  brokerMetrics(book);
  inboxMetrics(book);
  ingestMetrics(book);
  ruleMetrics(book);
  workMetrics(book);
  engineMetrics(book);
  historyMetrics(book);
  return registry;
}
