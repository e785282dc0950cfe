import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';

/** What Node-RED's own logging hands over. */
export interface NodeRedMessage {
  readonly level: number;
  readonly msg?: unknown;
  readonly id?: string;
  readonly type?: string;
  readonly name?: string;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** As much of Node-RED as is used; it comes without types. */
export interface NodeRed {
  init(server: Server, settings: Readonly<Record<string, unknown>>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly httpAdmin: Handler;
  readonly events: { on(name: string, listener: (event: unknown) => void): void };
}

/** Express as Node-RED itself has it. */
type Express = () => Handler & { use(path: string, handler: Handler): void; disable(setting: string): void };

export function loadNodeRed(): { readonly red: NodeRed; readonly express: Express } {
  const require = createRequire(import.meta.url);
  const ofNodeRed = createRequire(require.resolve('node-red'));
  return { red: require('node-red') as NodeRed, express: ofNodeRed('express') as Express };
}
