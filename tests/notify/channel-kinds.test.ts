import { describe, expect, it } from 'vitest';
import { channelTypes } from '#notify/channel-kinds.ts';

interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: unknown;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly [key: string]: unknown;
}

/** Where a schema takes more than it must: open objects, and texts and lists without an end. */
function openings(node: Node, path: string): string[] {
  const { additionalProperties, items, properties, type } = node;
  if (type === 'string' && !('maxLength' in node || 'enum' in node)) return [`${path} has no maxLength`];
  if (type === 'array')
    return [
      ...('maxItems' in node ? [] : [`${path} has no maxItems`]),
      ...(items ? openings(items, `${path}[]`) : []),
    ];
  if (type !== 'object') return [];
  const isBounded = additionalProperties === false || 'maxProperties' in node;
  return [
    ...(isBounded ? [] : [`${path} is open`]),
    ...Object.entries(properties ?? {}).flatMap(([name, child]) => openings(child, `${path}.${name}`)),
  ];
}

describe('every kind of channel', () => {
  it.each(Object.entries(channelTypes))('%s takes settings that are closed and have limits', (kind, type) => {
    expect(type.kind).toBe(kind);
    // Only the settings, and patterns that bound their own length.
    const found = openings(JSON.parse(JSON.stringify(type.settings)) as Node, kind).filter(
      (opening) => !/\.(countryCode|device|places\[\]) has no maxLength$/.test(opening),
    );
    expect(found).toEqual([]);
  });

  it.each(Object.entries(channelTypes))('%s names its secrets as they stand in its settings', (_, type) => {
    for (const secret of type.secrets) expect(Object.keys(type.settings.properties)).toContain(secret);
  });
});
