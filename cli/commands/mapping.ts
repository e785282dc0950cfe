import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { MappingEntry, MappingProblem } from '#api/mappings/mapping-text.ts';
import type { Sample, TriedDevice, TriedSample } from '#api/mappings/try-out.ts';
import { readText } from '#cli/commands/import.ts';
import { CommandFailure, CommandVerdict } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { wallClock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Mapping } from '#model/mapping.ts';

interface TryOptions {
  readonly topic?: string;
  readonly mapping?: string;
  readonly zone: string;
  readonly json?: true;
}

export function addMappingCommand(program: Command, io: Io): void {
  const mapping = program.command('mapping').description('mappings: how the dialect custom reads messages');
  mapping
    .command('check')
    .description('say what is wrong with mappings, with line and column; needs no running platform')
    .argument('<files...>', 'mappings (YAML or JSON), or community files with some')
    .option('--json', 'print the problems as a JSON array')
    .action(async (files: readonly string[], options: { json?: true }) => {
      const found: (MappingProblem & { file: string })[] = [];
      for (const file of files)
        for (const { problems } of await entriesIn(file))
          found.push(...problems.map((each) => ({ file, ...each })));
      if (options.json) io.out(JSON.stringify(found));
      else for (const problem of found) io.err(described(problem));
      if (found.some(({ isRemark }) => !isRemark)) throw new CommandVerdict();
      if (!options.json) io.out(files.length === 1 ? `${files[0]}: valid` : `${files.length} files: valid`);
    });
  mapping
    .command('try')
    .description('say what messages would become by a mapping; nothing is sent, needs no running platform')
    .argument('<file>', 'a mapping (YAML or JSON)')
    .argument('<samples...>', 'payloads, with --topic; else JSON lines of {"topic", "payload"}')
    .option('--topic <topic>', 'each file is a payload that came at this topic')
    .option('--mapping <id>', 'which, where the file has several')
    .option('--zone <zone>', 'IANA zone of times without one', 'Asia/Shanghai')
    .option('--json', 'print the results as a JSON array')
    .action(async (file: string, samples: readonly string[], options: TryOptions) => {
      const mapping = await mappingIn(file, options.mapping, io);
      const { tryMapping } = await import('#api/mappings/try-out.ts');
      const order = { mapping, now: wallClock.now(), timezone: options.zone };
      const read = samples.flatMap((sample) => samplesIn(sample, options.topic));
      const tried = tryMapping({ ...order, samples: read });
      if (options.json) io.out(JSON.stringify(tried));
      else for (const each of tried) for (const line of linesOf(each)) io.out(line);
      if (tried.some(({ outcome }) => outcome === 'refused' || outcome === 'partly'))
        throw new CommandVerdict();
    });
}

async function entriesIn(file: string): Promise<readonly MappingEntry[]> {
  // Loaded only here: no other command needs mappings.
  const { readMappingText } = await import('#api/mappings/mapping-text.ts');
  return readMappingText(await readText(file));
}

async function mappingIn(file: string, id: string | undefined, io: Io): Promise<Mapping> {
  const entries = await entriesIn(file);
  const entry = id === undefined ? entries[0] : entries.find((each) => each.mapping?.id === id);
  const faults = (entry?.problems ?? []).filter(({ isRemark }) => !isRemark);
  for (const fault of faults) io.err(described({ ...fault, file }));
  if (faults.length > 0) throw new CommandVerdict();
  if (entry?.mapping === undefined)
    throw new CommandFailure(
      `${file} has no mapping${id === undefined ? '' : ` ${id}`}; name one that is in it by --mapping`,
    );
  return entry.mapping;
}

const described = ({
  column,
  file,
  isRemark,
  line,
  mapping,
  message,
  path,
}: MappingProblem & { file: string }): string => {
  const where = [file, line, column].filter((part) => part !== null).join(':');
  const what = [mapping, path].filter((part) => part !== null && part !== '').join(' ');
  return `${where}: ${isRemark ? 'remark: ' : ''}${what === '' ? '' : `${what}: `}${message}`;
};

/** Throws invalid-input. */
function samplesIn(file: string, topic: string | undefined): readonly Sample[] {
  const bytes = bytesOf(file);
  if (topic !== undefined) return [{ topic, payload: bytes }];
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
  return lines.map(({ line, number }) => sampleOf(line, `${file}:${number}`));
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${messageOf(error)}; check the path`, { cause: error });
  }
}

function sampleOf(line: string, where: string): Sample {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    given = undefined;
  }
  if (typeof given !== 'object' || given === null || !('topic' in given) || typeof given.topic !== 'string')
    throw new CommandFailure(
      `${where}: a sample is a line of JSON with topic and payload; or give files with just a payload, and --topic`,
    );
  const payload: unknown = 'payload' in given ? given.payload : '';
  return {
    topic: given.topic,
    payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  };
}

function* linesOf({ by, devices, notes, outcome, refused, topic, unread }: TriedSample): Generator<string> {
  yield `${topic}: ${outcome}${by === null ? '' : ` by ${by}`}`;
  for (const device of devices) yield* linesOfDevice(device);
  for (const { detail, reason } of refused) yield `  refused (${reason}): ${detail}`;
  for (const { message, path } of notes) yield `  note: ${path}: ${message}`;
  if (unread.length > 0) yield `  not read: ${unread.join(', ')}`;
}

function* linesOfDevice({ address, kind, online, readings, refused }: TriedDevice): Generator<string> {
  const presence = online === null ? '' : `, ${online ? 'online' : 'offline'}`;
  yield `  ${address ?? 'the gateway'}${kind === null ? '' : ` (${kind})`}${presence}`;
  for (const { at, given, givenUnit, isPast, isReceipt, property, unit, value } of readings) {
    const before =
      given === null
        ? ''
        : ` (${[JSON.stringify(given), givenUnit].filter((part) => part !== null).join(' ')})`;
    const when = `${at}${isReceipt ? ', of receipt' : ''}${isPast ? ', history' : ''}`;
    yield `    ${property} = ${[value, unit].filter((part) => part !== null).join(' ')}${before} at ${when}`;
  }
  for (const { detail, reason } of refused) yield `    refused (${reason}): ${detail}`;
}
