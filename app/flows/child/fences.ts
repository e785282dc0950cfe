import { registerHooks } from 'node:module';
import net from 'node:net';

/**
 * Closes what Node's permission model leaves open to code in this process: SQLite files anywhere (`node:sqlite` asks no
 * permission), sockets in the file system (Gridbell's own makes an operator of whoever opens it) and signals to other
 * processes. As the model itself, it keeps flows from mistakes and not from an attacker who has code here.
 */
export function putUpFences(): void {
  refuseSqlite();
  refuseSocketFiles();
  refuseSignals();
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
  const prototype = net.Socket.prototype;
  // With the socket that it is called for, below.
  const connect = Reflect.get(prototype, 'connect') as (...given: unknown[]) => net.Socket;
  prototype.connect = function (this: net.Socket, ...given: unknown[]) {
    // As net.connect has it: [options], or what it made of its own arguments.
    const [first] = Array.isArray(given[0]) ? given[0] : given;
    const isPath =
      (typeof first === 'string' && !/^\d+$/.test(first)) ||
      (typeof first === 'object' && first !== null && typeof (first as { path?: unknown }).path === 'string');
    if (isPath) throw refused('a socket in the file system');
    return Reflect.apply(connect, this, given);
  } as net.Socket['connect'];
}

function refuseSignals(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (pid !== process.pid) throw refused('a signal to another process');
    return kill(pid, signal);
  };
}
