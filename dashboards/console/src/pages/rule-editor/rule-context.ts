/** Lines of a text, numbered from 1; CodeMirror's Text is one. */
export interface Lines {
  line(number: number): { readonly text: string };
  lineAt(position: number): { readonly from: number; readonly number: number; readonly text: string };
}

/** Where in a rule the cursor is: at a key of a part (`''`: of the rule itself), at a value, or in a condition. */
export type RuleContext =
  | { readonly at: 'key'; readonly part: string }
  | { readonly at: 'value'; readonly key: string; readonly part: string }
  | { readonly at: 'condition'; readonly isProperty: boolean };

const conditionKeys: ReadonlySet<string> = new Set(['when', 'clear']);
/** Of the first word, past the dash of a list's entry. */
const indentOf = (line: string): number => /^[\s-]*/.exec(line)?.[0].length ?? 0;
const blockKey = /^[\s-]*([a-z][\w-]*):(?:\s|$)/;

/** The key that what begins at this indent lies in; `''`: none. */
function partOf(doc: Lines, lineNumber: number, indent: number): { key: string; line: string } {
  for (let number = lineNumber - 1; number >= 1; number -= 1) {
    const line = doc.line(number).text;
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [, key] = blockKey.exec(line) ?? [];
    if (key !== undefined && indentOf(line) < indent) return { key: key === 'rules' ? '' : key, line };
  }
  return { key: '', line: '' };
}

/** `{ state: still, usual: |` lies in the key before the brace. */
function flowPart(before: string): string | undefined {
  let depth = 0;
  for (let index = before.length - 1; index >= 0; index -= 1) {
    const sign = before[index];
    if (sign === '}') depth += 1;
    if (sign !== '{') continue;
    if (depth === 0) return /([a-z][\w-]*):\s*\[?[^:]*$/.exec(before.slice(0, index))?.[1] ?? '';
    depth -= 1;
  }
  return undefined;
}

const inCondition = (before: string): RuleContext => ({
  at: 'condition',
  // A name of a property is the first text of a call, or stands in the brackets of `values`.
  isProperty: /(?:\(|values\[)\s*['"][\w-]*$/.test(before),
});

/** Of a position in the text. Reads lines, not a tree: what is being written is seldom whole. */
export function ruleContext(doc: Lines, position: number): RuleContext {
  const line = doc.lineAt(position);
  const before = line.text.slice(0, position - line.from);
  const flow = flowPart(before);
  const inner = flow === undefined ? before : before.slice(before.lastIndexOf('{') + 1);
  const [, key] = /(?:^|[,\s-])([a-z][\w-]*):\s+[^{}]*$/.exec(inner) ?? [];
  const parent = partOf(doc, line.number, indentOf(line.text === '' ? before : line.text));
  const part = flow ?? parent.key;
  if (key !== undefined && !(flow !== undefined && /,\s*[\w-]*$/.test(inner) && !/\[[^\]]*$/.test(inner)))
    return conditionKeys.has(key) ? inCondition(before) : { at: 'value', key, part };
  if (flow === undefined && conditionKeys.has(parent.key) && /:\s*[>|]/.test(parent.line))
    return inCondition(before);
  if (/^\s*-\s+[\w-]*$/.test(before) && parent.key !== '' && !objectLists.has(parent.key))
    return { at: 'value', key: parent.key, part: '' };
  return { at: 'key', part };
}

/** Lists whose entries have keys of their own. */
const objectLists: ReadonlySet<string> = new Set(['rules', 'levels', 'escalate', 'checklist']);
