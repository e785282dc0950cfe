import { Document, isPair, isScalar, visit } from 'yaml';

/** A plain word that no parser takes for anything else, unless it is one of YAML 1.1's own (`on`, `no`), which `compat` knows. */
const plainWord = /^\p{L}[\p{L}\p{N}_./-]*$/u;
/** Line breaks of YAML 1.1 and what it does not take as it is; only ever within quotes here. */
const unwelcome = /[\u0080-\u009f\u2028\u2029\ufeff]/g;

/**
 * A value as YAML that parsers of YAML 1.1 (Python, Ruby, Ansible) read as those of 1.2 do: whatever they may take for a
 * number of base 60 (`08:00`), a date, or a boolean (`no`) is quoted. Maps below the keys of `inOneLine` stand in one line each.
 */
export function yamlText(value: unknown, inOneLine: ReadonlySet<string> = new Set()): string {
  const document = new Document(value, { compat: 'yaml-1.1' });
  visit(document, {
    Map: (_, node, path) => {
      if (
        path.some(
          (around) => isPair(around) && isScalar(around.key) && inOneLine.has(String(around.key.value)),
        )
      )
        node.flow = true;
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && !plainWord.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return document.toString({ lineWidth: 0 }).replaceAll(unwelcome, escaped);
}
