import type { Heard } from '#ingest/heard.ts';
import type { CompiledMapping, CompiledMessage } from '#ingest/mapping/compiled.ts';
import type { CompiledPath } from '#ingest/mapping/json-path.ts';
import { leavesOf, writtenPath } from '#ingest/mapping/leaves.ts';
import { bodyOf } from '#ingest/mapping/payload.ts';

type Shape = CompiledPath['shape'];

const most = 50;

/** What of a message no path of the part that read it leads to: `$.humidity`, `$.list[*].v`. */
export function unreadPaths(message: Heard, mapping: CompiledMapping, by: string | null): readonly string[] {
  const part = mapping.messages.find(({ where }) => where === by);
  if (part === undefined || part.isPass) return [];
  const body = bodyOf(message, mapping.format);
  if (!body.ok) return [];
  const shapes = pathsOf(part).map((path) => shapeOf(path, part));
  const unread = leavesOf(body.value)
    .filter(({ keys }) => !shapes.some((shape) => covers(shape, keys)))
    .map(({ keys }) => writtenPath(keys));
  return [...new Set(unread)].slice(0, most);
}

function pathsOf(part: CompiledMessage): CompiledPath[] {
  const { address, kind, model, name, number, online, past, time, values, when } = part;
  const all = [
    ...when.map(({ path }) => path),
    ...[address, name, model, kind].map((source) => source?.path),
    time?.path,
    typeof online === 'object' ? online.path : undefined,
    typeof past === 'object' ? past.path : undefined,
    number,
    ...values.map(({ path }) => path),
  ];
  return all.filter((path) => path !== undefined);
}

const shapeOf = ({ isOfEntry, shape }: CompiledPath, { each }: CompiledMessage): Shape =>
  isOfEntry ? [...(each?.shape ?? []), ...shape] : shape;

/** It leads there, or to what lies around it. */
function covers(shape: Shape, keys: readonly (string | number)[]): boolean {
  return (
    shape.length <= keys.length &&
    shape.every((name, index) => {
      const key = keys[index];
      // Which place from the end is meant, depends on the list.
      return (
        name === null || name === key || (typeof name === 'number' && name < 0 && typeof key === 'number')
      );
    })
  );
}
