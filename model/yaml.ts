import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { deepestNesting } from '#model/json-nesting.ts';

/** Line and column, counted from 1. */
export interface Spot {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a text as YAML; `isLocal`: what stands around it can be read all the same. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
  readonly isLocal: boolean;
}

/** A YAML text from outside, read in a time that grows with its length only. */
export interface YamlText {
  readonly document: Document.Parsed;
  /** At most 100. */
  readonly faults: readonly YamlFault[];
  readonly spotOf: (offset: number) => Spot;
  /**
   * A part of the document, or all of it, as plain values. Throws when an alias leads nowhere, or when aliases unfold to
   * more than the text could say without them, or deeper than `deepestNesting`.
   */
  readonly plain: (part?: Node) => unknown;
}

const mostFaults = 100;
/** Short texts may repeat themselves by aliases. */
const leastAllowance = 10_000;

/**
 * Reads YAML that somebody else wrote. Duplicate keys are found here, not by the library: it compares each key with all
 * others of the map.
 */
export function readYaml(text: string): YamlText {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    uniqueKeys: false,
    // Each would copy lines of the text.
    prettyErrors: false,
    logLevel: 'error',
  });
  const faults =
    document.errors.length > 0
      ? document.errors.slice(0, mostFaults).map(({ code, message, pos }) => ({
          offset: pos[0],
          message: code === 'RESOURCE_EXHAUSTION' ? tooDeep : (message.split('\n')[0] ?? message),
          isLocal: false,
        }))
      : faultsOf(document.contents);
  let allowance = Math.max(text.length, leastAllowance);
  return {
    document,
    faults,
    spotOf: (offset) => {
      const { col, line } = counter.linePos(offset);
      return { line, column: col };
    },
    plain: (part) => {
      const value: unknown = part ? part.toJS(document) : document.toJS();
      allowance -= sizeOf(value, allowance);
      return value;
    },
  };
}

const tooDeep = `nests deeper than ${deepestNesting}`;

function faultsOf(root: Node | null): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  const add = (node: Node, message: string): void => {
    faults.push({ offset: node.range?.[0] ?? 0, message, isLocal: true });
  };
  const waiting: [node: Node, depth: number][] = root ? [[root, 1]] : [];
  for (let next = waiting.pop(); next && faults.length < mostFaults; next = waiting.pop()) {
    const [node, depth] = next;
    if (depth > deepestNesting) {
      add(node, tooDeep);
      continue;
    }
    if (!isCollection(node)) continue;
    if (isMap<Node, Node>(node)) for (const [key, message] of wrongKeys(node)) add(key, message);
    for (const item of node.items) {
      const value = isPair(item) ? item.value : item;
      if (isCollection(value)) waiting.push([value, depth + 1]);
    }
  }
  // Where not all of them are known, nothing is sure to be without one.
  const isAll = faults.length < mostFaults;
  return faults
    .slice(0, mostFaults)
    .map((fault) => ({ ...fault, isLocal: isAll }))
    .sort((a, b) => a.offset - b.offset);
}

function* wrongKeys({
  items,
}: {
  readonly items: readonly { readonly key: Node }[];
}): Generator<[Node, string]> {
  const seen = new Set<string>();
  for (const { key } of items) {
    if (isCollection(key)) yield [key, 'a key must be a word'];
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (seen.has(name)) yield [key, 'Map keys must be unique'];
    seen.add(name);
  }
}

/** How many values there are, each as often as it is referred to. Throws beyond `most`, or when they nest too deep. */
function sizeOf(value: unknown, most: number): number {
  let size = 0;
  const waiting: [value: unknown, depth: number][] = [[value, 1]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [part, depth] = next;
    if (++size > most) throw new Error('its aliases unfold to more than the text itself could say');
    if (typeof part !== 'object' || part === null) continue;
    if (depth > deepestNesting) throw new Error(tooDeep);
    for (const child of Object.values(part)) waiting.push([child, depth + 1]);
  }
  return size;
}
