import type { Config } from '#app/config.ts';
import { lineOf } from '#cli/failure.ts';
import { type ErrorCode, GridbellError } from '#model/errors.ts';

const lists: Readonly<Record<string, string>> = {
  devices: 'gridbell device list',
  users: 'gridbell user list',
  rules: 'GET /api/v1/rules',
};
const changes: Readonly<Record<string, string>> = {
  users: 'gridbell user set-password NAME gives it another password',
};

/** What to do next when the platform refused, by error code; `kind` is what it was about (`devices`). */
const nextSteps: Readonly<Record<ErrorCode, string | ((kind: string) => string)>> = {
  'not-authenticated': 'run this as the user whose data directory it is',
  'wrong-credentials': 'check name and password',
  'not-allowed': 'run this as the user whose data directory it is',
  'not-found': (kind) => `${lists[kind] ?? 'gridbell export'} shows what there is`,
  'already-exists': (kind) =>
    `${changes[kind] ?? 'gridbell import FILE changes what stands'}; or take another id`,
  gone: 'begin anew: what lies between is in history',
  'stale-version': 'run it again',
  'confirmation-required': 'do it in the console, which asks twice',
  'wrong-state': 'look at it again and do what its state allows',
  'out-of-use': 'gridbell device put-back ID takes it into use again',
  'limit-reached': 'delete what nobody needs',
  'belongs-to-file': 'change the rule in the file that is named',
  'still-referenced': 'change or delete first what refers to it',
  'wrong-clock': 'start the platform with --clock data for this',
  'invalid-input': 'correct what is named and run it again; --help shows what is taken',
  'evidence-missing': 'give what the category of the task asks for: a comment, a photo',
  'invalid-rule': 'gridbell rules check FILE shows line and column',
  'unknown-reference': 'bring in first what it names, with gridbell import FILE, or correct the id',
  'too-large': 'part it into several',
  'unsupported-media-type': 'give YAML, or JSON in a file that ends in .json',
  'too-many-requests': 'wait a minute and run it again',
  'disk-full': 'make room on the disk of the data directory and run it again',
  'not-ready': 'wait until GET /health/ready says 200 and run it again',
  'timed-out': 'look whether it was done before running it again',
  internal: 'run it again; the log of the platform tells more',
};

/** By the code of a problem document and the path that was asked (`/api/v1/devices/d9`). */
export function nextStep(code: string, path: string): string {
  const step = Object.entries(nextSteps).find(([known]) => known === code)?.[1] ?? nextSteps.internal;
  const kind = path.split('?', 1)[0]?.split('/')[3] ?? '';
  return typeof step === 'string' ? step : step(kind);
}

/** Why a start failed, with the setting that mends it where an address is the reason. */
export function startFailureLine(error: unknown, config: Config): string {
  const line = lineOf(error);
  const [, code, port] = /\b(EADDRINUSE|EACCES|EADDRNOTAVAIL|ENOTFOUND)\b(?:.*:(\d+)\b)?/.exec(line) ?? [];
  switch (code) {
    case 'EADDRINUSE':
      return `${line}; stop what listens there, or set another ${portSettings(Number(port), config)} (0: any free one)`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${line}; set host to an address of this machine`;
    case 'EACCES':
      return port === undefined
        ? `${line}; see that the user who starts it may read and write ${config.dataDir}`
        : `${line}; set ${portSettings(Number(port), config)} to a port above 1023`;
    default:
      // Our own errors say what to do by themselves.
      return error instanceof GridbellError
        ? line
        : `${line}; gridbell doctor looks for the cause, docs/operations.md says what a start needs`;
  }
}

/** The settings that name this port. */
function portSettings(port: number, { http, mqtt }: Config): string {
  const ports = {
    'http-port': http.port,
    'mqtt-port': mqtt.port,
    'mqtt-ws-port': mqtt.wsPort,
    'mqtts-port': mqtt.tls?.port,
  };
  const named = Object.entries(ports).filter(([, set]) => set === port);
  const names = (named.length > 0 ? named : Object.entries(ports)).map(([name]) => name);
  return names.join(' or ');
}
