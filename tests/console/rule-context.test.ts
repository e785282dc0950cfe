import { describe, expect, it } from 'vitest';
import { type Lines, ruleContext } from '../../dashboards/console/src/pages/rule-editor/rule-context.ts';

/** A text with the cursor at `|`. */
function at(text: string): ReturnType<typeof ruleContext> {
  const position = text.indexOf('|');
  const lines = text.replace('|', '').split('\n');
  const doc: Lines = {
    line: (number) => ({ text: lines[number - 1] ?? '' }),
    lineAt: (wanted) => {
      let from = 0;
      for (const [index, line] of lines.entries()) {
        if (wanted <= from + line.length) return { from, number: index + 1, text: line };
        from += line.length + 1;
      }
      throw new Error('beyond the text');
    },
  };
  return ruleContext(doc, position);
}

describe('what may be written where the cursor is', () => {
  it.each([
    ['se|', ''],
    ['rules:\n  - id: a\n    se|', ''],
    ['task:\n  ac|', 'task'],
    ['task:\n  to: grid-worker\n  |', 'task'],
    ['task:\n  escalate:\n    - af|', 'escalate'],
    ['task: { title: x, t|', 'task'],
    ['levels: [ { wh|', 'levels'],
    ['devices: { kind: [door], pl|', 'devices'],
  ])('a key: %j', (text, part) => {
    expect(at(text)).toEqual({ at: 'key', part });
  });

  it.each([
    ['severity: |', 'severity', ''],
    ['severity: ma|', 'severity', ''],
    ['unless: [away, ho|', 'unless', ''],
    ['unless:\n  - aw|', 'unless', ''],
    ['task:\n  to: gri|', 'to', 'task'],
    ['devices: { kind: [do|', 'kind', 'devices'],
    ['task: { to: gr|', 'to', 'task'],
  ])('a value: %j', (text, key, part) => {
    expect(at(text)).toEqual({ at: 'value', key, part });
  });

  it.each([
    ['when: va|', false],
    ["when: last('hu|", true],
    ["clear: value < 30 && rate('|", true],
    ['when: >-\n  value > 3 && la|', false],
    ["levels: [ { when: avg('te|", true],
  ])('a condition: %j', (text, isProperty) => {
    expect(at(text)).toEqual({ at: 'condition', isProperty });
  });
});
