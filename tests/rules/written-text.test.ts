import { describe, expect, it } from 'vitest';
import { readRuleDocument } from '#rules/language/rule-document.ts';
import { ruleText } from '#rules/language/rule-text.ts';

const textsOf = (file: string) => readRuleDocument(file).entries.map(({ text }) => text?.());

describe('a rule of a file', () => {
  it('is a text of its own as it was written, with the comment above it', () => {
    const file = `# The flats of the first grid.
rules:
  # After the summer of 2024.
  - id: a   # too hot
    when: >
      value
      > 30

    # For the night, too.
    levels: [ { when: "value > 40", severity: major } ]

  # Its neighbour.
  # Two lines.
  - { id: b,
      when: 'x' }   # flow
# The end.
`;
    expect(textsOf(file)).toEqual([
      `# After the summer of 2024.
id: a   # too hot
when: >
  value
  > 30

# For the night, too.
levels: [ { when: "value > 40", severity: major } ]
`,
      "# Its neighbour.\n# Two lines.\n{ id: b,\n  when: 'x' }   # flow\n",
    ]);
  });

  it('may begin where its list does', () => {
    expect(textsOf('rules:\n- id: a\n  when: x # why\n-   id: b\n    when: y\n')).toEqual([
      'id: a\nwhen: x # why\n',
      'id: b\nwhen: y\n',
    ]);
  });

  it('has none where it does not say the same by itself', () => {
    expect(
      textsOf('rules:\n  - { id: a, devices: &d { kind: door } }\n  - { id: b, devices: *d }\n'),
    ).toEqual(['{ id: a, devices: &d { kind: door } }\n', null]);
    expect(textsOf(`rules:\n  - id: a\n    note: ${'x'.repeat(100_000)}\n`)).toEqual([null]);
  });

  it('of very many is found in a time that grows with the file', () => {
    const file = `rules:\n${Array.from({ length: 2_000 }, (_, n) => `  # of r${n}\n  - { id: r${n}, when: value }\n`).join('')}`;
    const texts = textsOf(file);
    expect(texts.at(-1)).toBe('# of r1999\n{ id: r1999, when: value }\n');
  });

  it('by itself is the whole text', () => {
    const text = '# mine\nid: a\nwhen: x\n# end';
    expect(readRuleDocument(text, { mayBeOneRule: true }).entries[0]?.text?.()).toBe(`${text}\n`);
  });
});

describe('the text of a rule', () => {
  const text = '# mine\nid: a\nenabled: true   # for now\nwhen: x\n';
  it('is what its author wrote, as long as that is what stands', () => {
    expect(ruleText({ id: 'a', enabled: true, when: 'x', text })).toBe(text);
  });

  it('has the switches as they were turned beside it, and its comments', () => {
    const off = ruleText({ id: 'a', enabled: false, shadow: true, when: 'x', text });
    expect(off).toBe('# mine\nid: a\nenabled: false # for now\nwhen: x\nshadow: true\n');
    expect(ruleText({ id: 'a', when: 'x', text })).toBe('# mine\nid: a\nwhen: x\n');
  });
});
