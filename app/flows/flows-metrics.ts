import { Counter, Gauge, type Registry } from 'prom-client';
import { type FlowsStanding, flowsStates } from '#api/flows-port.ts';

/** What a scrape tells of flows; where they are off, only that. */
export function registerFlowsMetrics(registry: Registry, standing: () => FlowsStanding): void {
  const registers = [registry];
  new Gauge({
    name: 'gridbell_flows_state',
    help: '1 for the state that the process of flows is in',
    labelNames: ['state'],
    registers,
    collect() {
      const { state } = standing();
      for (const each of flowsStates) this.set({ state: each }, each === state ? 1 : 0);
    },
  });
  const gauge = (name: string, help: string, read: (flows: FlowsStanding) => number | null): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read(standing());
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  };
  gauge(
    'gridbell_flows_resident_memory_bytes',
    'Resident memory of the process of flows',
    ({ memoryBytes }) => memoryBytes,
  );
  gauge(
    'gridbell_flows_memory_limit_bytes',
    'With more resident memory it is ended',
    ({ capBytes }) => capBytes,
  );
  gauge('gridbell_flows_pulse_seconds', 'How long the process of flows took to answer last', ({ pulseMs }) =>
    pulseMs === null ? null : pulseMs / 1_000,
  );
  gauge(
    'gridbell_flows_crashes_in_a_row',
    'Ends that nobody asked for, one after the other',
    (flows) => flows.crashesInARow,
  );
  new Counter({
    name: 'gridbell_flows_ends_total',
    help: 'Ends of the process of flows that nobody asked for, by reason',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(standing().crashes)) this.inc({ reason }, count);
    },
  });
}
