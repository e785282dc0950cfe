import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

const name = 'gridbell_http_request_seconds';

/** How long requests take, by route (never by URL: ids and queries stay out) and status. */
export function registerHttpMetrics(app: FastifyInstance, registry: Registry): void {
  const histogram = requestHistogram(registry);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    histogram.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
}

/** Several instances of the API share the registry of the process. */
export function requestHistogram(registry: Registry): Histogram {
  const known = registry.getSingleMetric(name);
  if (known instanceof Histogram) return known;
  return new Histogram({
    name,
    help: 'Time from the request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
}
