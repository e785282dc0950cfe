import type { MetricBook } from '#app/metrics/metric-book.ts';

export function brokerMetrics(book: MetricBook): void {
  book.gauge(
    'gridbell_mqtt_connections',
    'Open MQTT connections',
    ({ sight }) => sight.broker.last?.broker?.connections,
  );
  book.gauge(
    'gridbell_mqtt_devices_online',
    'Devices with an open MQTT connection',
    ({ sight }) => sight.broker.last?.broker?.devicesOnline,
  );
  book.gauges(
    'gridbell_mqtt_waiting_connections',
    'Connections that are kept waiting: before the door, for a turn, for their rate, for room on the disk',
    'reason',
    ({ sight }) => sight.broker.last?.broker?.waiting,
  );
  book.gauge(
    'gridbell_mqtt_messages_under_way',
    'Messages on their way to the disk, not acknowledged yet',
    ({ sight }) => sight.broker.last?.broker?.underWay,
  );
  book.totals(
    'gridbell_mqtt_messages_total',
    'Messages of devices that are on disk, by QoS; those of QoS 1 and 2 are acknowledged',
    'qos',
    ({ sight }) => sight.broker.last?.messages,
  );
  book.durations(
    'gridbell_mqtt_acknowledge_duration_seconds',
    'How long messages of QoS 1 and 2 took from being read to their acknowledgement',
    ({ sight }) => sight.broker.last?.broker?.acknowledgements,
  );
  book.totals(
    'gridbell_mqtt_refused_total',
    'What the broker refused, by reason',
    'reason',
    ({ sight }) => sight.broker.last?.broker?.refusals,
  );
  book.total(
    'gridbell_clock_steps_total',
    "Steps of the machine's clock of more than 2 s that were followed",
    ({ sight }) => sight.broker.last?.clockSteps,
  );
}
