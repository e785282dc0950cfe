import type { Scalar } from 'yaml';

const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);

function skipSpace(file: string, from: number): number {
  let at = from;
  while (isSpace(file[at])) at++;
  return at;
}

/** How many characters of the file stand for the one of the value that begins at `at`: more than one for an escape. */
function lengthInFile(file: string, node: Scalar, at: number): number {
  if (node.type === 'QUOTE_SINGLE') return file[at] === "'" ? 2 : 1;
  if (node.type !== 'QUOTE_DOUBLE' || file[at] !== '\\') return 1;
  const lengths: Record<string, number> = { x: 4, u: 6, U: 10 };
  return lengths[file[at + 1] ?? ''] ?? 2;
}

function bodyStart(file: string, node: Scalar, start: number): number {
  if (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL') {
    const end = file.indexOf('\n', start);
    return end < 0 ? file.length : end + 1;
  }
  return node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE' ? start + 1 : start;
}

/**
 * Where in the file the character `offset` of a scalar's value stands: plain, quoted or block, on one line or folded
 * over many. White space is the only thing that folding changes, so the other characters are walked along.
 */
export function offsetInFile(file: string, node: Scalar, offset: number): number {
  const start = node.range?.[0] ?? 0;
  const value = typeof node.value === 'string' ? node.value : String(node.source ?? '');
  let at = bodyStart(file, node, start);
  for (let index = 0; index < value.length; index++) {
    const isBlank = isSpace(value[index]);
    if (!isBlank) at = skipSpace(file, at);
    if (index >= offset) return at;
    if (!isBlank || isSpace(file[at])) at += lengthInFile(file, node, at);
  }
  return at;
}
