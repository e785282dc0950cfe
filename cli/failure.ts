import { messageOf } from '#model/errors.ts';

/** Why a command could not do its job and what to do next; shown as one line, exit code 1. */
export class CommandFailure extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'CommandFailure';
  }
}

/** A command that did its work, said what it found, and must not exit with 0 (`rules check`). */
export class CommandVerdict extends Error {
  readonly exitCode: number;

  constructor(message = '', { exitCode = 1 }: { readonly exitCode?: number } = {}) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Any text as one line: a terminal shows the reason, a log keeps it together. */
export const oneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('; ');

/** What is shown of an error that nobody expected. */
export const lineOf = (error: unknown): string => oneLine(messageOf(error));
