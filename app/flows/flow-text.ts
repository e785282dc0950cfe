import { createHash } from 'node:crypto';

/** What a file of flows is, at a glance. */
export interface FlowSummary {
  readonly tabs: number;
  readonly nodes: number;
  /** By id of the tab (`global`: configuration that is of none): what it is called, and what tells it from another. */
  readonly parts: ReadonlyMap<string, { readonly label: string; readonly hash: string }>;
}

/** A larger one is not looked into: Node-RED itself takes no deploy of that size. */
const longestText = 8 * 1024 * 1024;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

interface FlowNode {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly z?: unknown;
  readonly label?: unknown;
  readonly name?: unknown;
}

/** Null: it is no list of nodes, or too large. */
export function summarise(text: string): FlowSummary | null {
  const nodes = nodesOf(text);
  if (nodes === null) return null;
  const tabs = nodes.filter(({ type }) => type === 'tab' || type === 'subflow');
  const texts = new Map<string, string[]>();
  for (const node of nodes) {
    const isTab = node.type === 'tab' || node.type === 'subflow';
    const part = isTab ? node.id : node.z;
    const key = typeof part === 'string' && part !== '' ? part : 'global';
    const list = texts.get(key) ?? [];
    list.push(JSON.stringify(node));
    texts.set(key, list);
  }
  const labelOf = (id: string): string => {
    const tab = tabs.find((each) => each.id === id);
    const label = tab?.label ?? tab?.name;
    return typeof label === 'string' && label !== '' ? label.slice(0, 60) : id;
  };
  return {
    tabs: tabs.filter(({ type }) => type === 'tab').length,
    nodes: nodes.length - tabs.length,
    parts: new Map(
      [...texts].map(([id, list]) => [id, { label: labelOf(id), hash: hashOf(list.toSorted().join('\n')) }]),
    ),
  };
}

function nodesOf(text: string): readonly FlowNode[] | null {
  if (text.length > longestText) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((each) => typeof each === 'object' && each !== null)
      ? (parsed as readonly FlowNode[])
      : null;
  } catch {
    return null;
  }
}

const mostNamed = 20;

/** Which tabs and subflows a deploy changed, by what they are called. */
export interface FlowChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export function differenceOf(before: FlowSummary | null, after: FlowSummary | null): FlowChange {
  const [old, now] = [before?.parts ?? new Map(), after?.parts ?? new Map()];
  const named = (
    parts: FlowSummary['parts'],
    isMeant: (id: string, hash: string) => boolean,
  ): readonly string[] =>
    [...parts]
      .filter(([id, { hash }]) => isMeant(id, hash))
      .map(([, { label }]) => label)
      .slice(0, mostNamed);
  return {
    added: named(now, (id) => !old.has(id)),
    changed: named(now, (id, hash) => old.has(id) && old.get(id)?.hash !== hash),
    removed: named(old, (id) => !now.has(id)),
  };
}

/** For the audit, in English. */
export function changeText(after: FlowSummary | null, change: FlowChange): string {
  if (!after) return 'cannot be read as flows';
  const parts = (['added', 'changed', 'removed'] as const).flatMap((what) =>
    change[what].length === 0 ? [] : [`${what} ${change[what].join(', ')}`],
  );
  return [`${counted(after.tabs, 'tab')}, ${counted(after.nodes, 'node')}`, ...parts].join('; ');
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
