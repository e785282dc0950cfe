import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { camelKeys } from '#model/casing.ts';
import { messageOf } from '#model/errors.ts';
import type { RuleProblem } from '#model/rule.ts';
import { readYaml, type Spot, type YamlText } from '#model/yaml.ts';
import { offsetInFile } from '#rules/language/offset.ts';

/** Names and indexes down to a part of a file; names are compared in camelCase. */
export type Path = readonly (string | number)[];

export type Read = { readonly yaml: WrittenYaml } | { readonly problems: readonly RuleProblem[] };

/** A YAML file that was read, and where each part of it stands. */
export class WrittenYaml {
  readonly file: string;
  /** With camelCase keys, unchecked. */
  readonly value: unknown;
  readonly #text: string;
  readonly #root: Node | null;
  readonly #yaml: YamlText;

  static read(file: string, text: string): Read {
    const yaml = readYaml(text);
    const problem = (offset: number, message: string): RuleProblem => ({
      file,
      rule: null,
      path: '',
      ...yaml.spotOf(offset),
      message: `YAML: ${message}`,
    });
    if (yaml.faults.length > 0)
      return { problems: yaml.faults.map(({ message, offset }) => problem(offset, message)) };
    try {
      const value = camelKeys(yaml.plain());
      return { yaml: new WrittenYaml({ file, text, value, yaml }) };
    } catch (error) {
      // An alias that leads nowhere, or unfolds without end.
      return { problems: [problem(0, messageOf(error))] };
    }
  }

  private constructor(parts: {
    readonly file: string;
    readonly text: string;
    readonly value: unknown;
    readonly yaml: YamlText;
  }) {
    this.file = parts.file;
    this.value = parts.value;
    this.#text = parts.text;
    this.#root = parts.yaml.document.contents;
    this.#yaml = parts.yaml;
  }

  /** Of the nearest part that exists: of its key, its value, or so many characters into the value. */
  spot(path: Path, at: 'key' | 'value' | number = 'value'): Spot {
    let key: Node | null = this.#root;
    let value: Node | null = this.#root;
    for (const name of path) {
      const next = value && child(value, name);
      if (!next) return this.#yaml.spotOf(value?.range?.[0] ?? 0);
      ({ key, value } = next);
    }
    const node = at === 'key' ? key : (value ?? key);
    if (typeof at === 'number' && isScalar(node))
      return this.#yaml.spotOf(offsetInFile(this.#text, node, at));
    return this.#yaml.spotOf(node?.range?.[0] ?? 0);
  }

  problem(path: Path, message: string, at: 'key' | 'value' = 'value'): RuleProblem {
    return { file: this.file, rule: null, path: written(path), ...this.spot(path, at), message };
  }
}

function child(node: Node, name: string | number): { key: Node | null; value: Node | null } | undefined {
  if (isMap<Node, Node>(node)) {
    const pair = node.items.find((item) => camelKey(item.key) === name || keyText(item.key) === name);
    return pair && { key: pair.key, value: pair.value };
  }
  const value = isSeq<Node>(node) ? node.items[Number(name)] : undefined;
  return value && { key: value, value };
}

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);
const camelKey = (key: unknown): string =>
  Object.keys(camelKeys({ [keyText(key)]: null }) as object)[0] ?? '';

/** As people write it: `tests[2].expect[0].started-at`. */
const written = (path: Path): string =>
  path
    .map((part) =>
      typeof part === 'number'
        ? `[${part}]`
        : `.${part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    )
    .join('')
    .replace(/^\./, '');
