import type { Log } from '#model/log.ts';

/** A line of a thread's log on its way to the main thread, which writes it. */
export interface LogLine {
  readonly level: keyof Log;
  readonly fields: object;
  readonly message: string;
}

export const forwardingLog = (send: (line: LogLine) => void): Log => ({
  debug: (fields, message) => send({ level: 'debug', fields, message }),
  info: (fields, message) => send({ level: 'info', fields, message }),
  warn: (fields, message) => send({ level: 'warn', fields, message }),
  error: (fields, message) => send({ level: 'error', fields, message }),
});
