import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { codeFrom, readCode } from '#api/reports/spoken-code.ts';

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codes = Array.from({ length: 200 }, () => codeFrom(randomBytes(10), 10));

describe('a code that is read out', () => {
  it('is read however it is written: small, with blanks and dashes, O for 0, I and l for 1', () => {
    for (const code of codes) {
      const written = `${code.slice(0, 5).toLowerCase()} - ${code.slice(5)}`;
      expect(readCode(written, 10)).toBe(code);
      expect(readCode(code.replaceAll('0', 'o').replaceAll('1', 'l'), 10)).toBe(code);
      expect(code).not.toMatch(/[ILOU]/);
    }
  });

  it('with one wrong letter, or two that changed places, is no code', () => {
    for (const code of codes)
      for (let at = 0; at < 10; at++) {
        const wrong = letters[(letters.indexOf(code[at] ?? '') + 1 + (at % 31)) % 32];
        expect(readCode(code.slice(0, at) + wrong + code.slice(at + 1), 10)).toBeNull();
        const [one, two] = [code[at], code[at + 1]];
        if (at < 9 && one !== two)
          expect(readCode(`${code.slice(0, at)}${two}${one}${code.slice(at + 2)}`, 10)).toBeNull();
      }
  });

  it('of another length, or with other signs, is no code', () => {
    const [code = ''] = codes;
    for (const text of ['', code.slice(1), `${code}0`, code.replace(/./, '*'), '网格铃网格铃网格铃网'])
      expect(readCode(text, 10)).toBeNull();
  });
});
