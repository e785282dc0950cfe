import { registerHooks } from 'node:module';
import net from 'node:net';
import os from 'node:os';

/**
 * Closes what Node's permission model leaves open to code in this process: SQLite files anywhere (`node:sqlite` asks no
 * permission), sockets in the file system (Gridbell's own makes an operator of whoever opens it), and signals to other
 * processes and their priority. As the model itself, it keeps flows from mistakes and not from an attacker who has code here.
 */
export function putUpFences(): void {
  refuseSqlite();
  refuseSocketFiles();
  refuseSignals();
  refusePriorities();
}

const refused = (what: string): Error =>
  Object.assign(new Error(`${what} is not open to flows: see flows-access in docs/flows.md`), {
    code: 'ERR_ACCESS_DENIED',
  });

function refuseSqlite(): void {
  const isSqlite = (name: string): boolean => /^(node:)?sqlite$/.test(name);
  registerHooks({
    resolve: (specifier, context, next) => {
      if (isSqlite(specifier)) throw refused('node:sqlite');
      return next(specifier, context);
    },
  });
  const builtin = process.getBuiltinModule.bind(process);
  process.getBuiltinModule = ((name: string) => {
    if (isSqlite(name)) throw refused('node:sqlite');
    return builtin(name);
  }) as typeof builtin;
}

function refuseSocketFiles(): void {
  beforeConnecting((_socket, { path }) => {
    if (path !== undefined) throw refused('a socket in the file system');
    return null;
  });
}

/** More than a palette needs, and few enough that Gridbell answers everybody else in between. */
const mostConnections = 64;

/** A flow in a loop opens thousands of connections to Gridbell's API, and each is work for it before it can refuse. */
export function boundConnections(url: string): void {
  const { port: given, protocol } = new URL(url);
  // A usual one stands in no URL.
  const port = given === '' ? { 'http:': '80', 'https:': '443' }[protocol] : given;
  let open = 0;
  beforeConnecting((socket, to) => {
    if (String(to.port) !== port) return null;
    if (open >= mostConnections)
      return Object.assign(new Error(`flows have ${mostConnections} connections to Gridbell already`), {
        code: 'EAGAIN',
      });
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    return null;
  });
}

interface ConnectTo {
  readonly port?: unknown;
  readonly path?: string;
}

/** Asks `check` before a socket connects; what it answers is how that fails, null: it does not. */
function beforeConnecting(check: (socket: net.Socket, to: ConnectTo) => Error | null): void {
  const prototype = net.Socket.prototype;
  // With the socket that it is called for, below.
  const connect = Reflect.get(prototype, 'connect') as (...given: unknown[]) => net.Socket;
  prototype.connect = function (this: net.Socket, ...given: unknown[]) {
    // As net.connect has it: what was given, or the list that it made of that before.
    const failure = check(this, connectTo(Array.isArray(given[0]) ? given[0] : given));
    if (failure === null) return Reflect.apply(connect, this, given);
    process.nextTick(() => this.destroy(failure));
    return this;
  } as net.Socket['connect'];
}

/** As Node reads what a socket is to connect to, or a server to listen on. */
function connectTo([first]: readonly unknown[]): ConnectTo {
  if (typeof first === 'object' && first !== null) {
    const { path, port } = first as { path?: unknown; port?: unknown };
    return { port, ...(typeof path === 'string' ? { path } : {}) };
  }
  const isPath = typeof first === 'string' && !/^\d+$/.test(first);
  return isPath ? { path: first } : { port: first };
}

function refuseSignals(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (pid !== process.pid) throw refused('a signal to another process');
    return kill(pid, signal);
  };
  // What kill() calls, and what opens a debugger in another process of this user, to be told anything by a port.
  for (const name of ['_kill', '_debugProcess']) {
    const own = Reflect.get(process, name) as (pid: number, ...rest: unknown[]) => unknown;
    Reflect.set(process, name, (pid: number, ...rest: unknown[]) => {
      if (pid !== process.pid) throw refused('a signal to another process');
      return Reflect.apply(own, process, [pid, ...rest]);
    });
  }
}

function refusePriorities(): void {
  const { setPriority } = os;
  os.setPriority = (...given: [number, number?]) => {
    const [first, second] = given;
    if (second !== undefined && first !== 0 && first !== process.pid)
      throw refused('the priority of another process');
    return Reflect.apply(setPriority, os, given);
  };
}

/** After this process has its own socket: others it makes nowhere, also not where Gridbell looks for its. */
export function refuseOwnSocketFiles(): void {
  const prototype = net.Server.prototype;
  const listen = Reflect.get(prototype, 'listen') as (...given: unknown[]) => net.Server;
  prototype.listen = function (this: net.Server, ...given: unknown[]) {
    if (connectTo(given).path !== undefined) throw refused('a socket in the file system');
    return Reflect.apply(listen, this, given);
  } as net.Server['listen'];
}
