import { Agent, type AgentOptions } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Connections for HTTP by a socket in the file system. */
export class SocketAgent extends Agent {
  readonly #path: string;

  constructor(path: string, options: AgentOptions) {
    super(options);
    this.#path = path;
  }

  override createConnection(): Socket {
    return connect(this.#path);
  }
}
