import type { NodeRedMessage } from '#app/flows/child/node-red.ts';
import type { LogLine } from '#app/flows/child/orders.ts';

/** What is longer is cut: the rest is in the editor. */
const longest = 2_000;

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

const textOf = (said: unknown): string => {
  if (typeof said === 'string') return said;
  if (said instanceof Error) return said.stack ?? said.message;
  const message = (said as { message?: unknown } | null | undefined)?.message;
  if (typeof message === 'string') return message;
  try {
    return JSON.stringify(said) ?? String(said);
  } catch {
    return String(said);
  }
};

/** By the numbers of Node-RED's util/log: fatal 10, error 20, warn 30, info 40. */
const levelOf = (level: number): LogLine['level'] =>
  level <= 10 ? 'fatal' : level <= 20 ? 'error' : level <= 30 ? 'warn' : 'info';

export const writeLine = (line: LogLine): void => {
  process.stdout.write(`${JSON.stringify({ ...line, text: cut(line.text) })}\n`);
};

/** What Node-RED warns of and what is meant so here: Gridbell brings deploys to the disk itself; there are no credentials yet. */
const expected = [
  /^Flushing file .* to disk failed : .*Permission Model/,
  /^Projects disabled/,
  /^Encrypted credentials not found/,
];

/** What a node or Node-RED itself says, as a line for Gridbell. */
export function writeMessage({ id, level, msg, name, type }: NodeRedMessage): void {
  const text = textOf(msg).trim();
  if (text === '') return;
  const node = id !== undefined && type !== undefined ? { node: { id, type, name: cut(name ?? '') } } : {};
  const isMeant = expected.some((pattern) => pattern.test(text));
  writeLine({ level: isMeant ? 'info' : levelOf(level), text, ...node });
}

export const writeFailure = (error: unknown): void => writeLine({ level: 'fatal', text: textOf(error) });
