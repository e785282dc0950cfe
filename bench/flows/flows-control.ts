import { setTimeout as pause } from 'node:timers/promises';
import type { PlatformProcess } from '#bench/server/platform-process.ts';
import { type FlowNode, tabOf } from './abuses.ts';

const lookEveryMs = 100;

/** What an admin does with the flows of a platform. */
export class FlowsControl {
  readonly #platform: PlatformProcess;

  constructor(platform: PlatformProcess) {
    this.#platform = platform;
  }

  /** For a flow that talks past Gridbell's palette. */
  async newToken(): Promise<string> {
    const order = { name: 'bench', role: 'property-manager' };
    return (await this.#platform.api.send<{ token: string }>('POST', '/api/v1/tokens', order)).token;
  }

  /** As the editor does; what becomes of it is seen later, since its process may end over it. */
  deploy(nodes: readonly FlowNode[]): void {
    void this.#deployed(nodes).catch(() => undefined);
  }

  /** Whatever it does ends; a flow that does nothing runs then. */
  async calm(): Promise<void> {
    await this.#platform.api.send('POST', '/api/v1/flows/safe-mode');
    await this.#until('safe-mode');
    await this.#deployed(tabOf({ id: 'note', type: 'comment', name: 'calm', wires: [] }));
    await this.#until('running');
  }

  /** Since the platform began. */
  async look(): Promise<{ readonly ends: number; readonly refused: number }> {
    const metrics = [...(await this.#platform.api.metrics())];
    const sum = (pattern: RegExp): number =>
      metrics.reduce((total, [name, value]) => total + (pattern.test(name) ? value : 0), 0);
    return {
      ends: sum(/^gridbell_flows_ends_total/),
      refused: sum(/^gridbell_http_request_seconds_count\{.*route="\/api\/v1\/alarms".*status="429"/),
    };
  }

  async #until(state: string): Promise<void> {
    const ask = () => this.#platform.api.send<{ state: string }>('GET', '/api/v1/flows');
    while ((await ask()).state !== state) await pause(lookEveryMs);
  }

  async #deployed(nodes: readonly FlowNode[]): Promise<void> {
    const { api, http } = this.#platform;
    const answer = await fetch(`http://127.0.0.1:${http}/flows/flows`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(nodes),
    });
    if (!answer.ok) throw new Error(`deploy: ${answer.status} ${await answer.text()}`);
  }
}
