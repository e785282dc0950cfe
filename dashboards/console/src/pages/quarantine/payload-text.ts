/** What was received, as people can read it. */
export interface PayloadText {
  readonly kind: 'json' | 'text' | 'bytes' | 'empty';
  readonly text: string;
  /** More came than is shown. */
  readonly isCut: boolean;
}

const mostBytes = 4_096;
const bytesPerLine = 16;

/** JSON with indents, other text as it is, and anything else as bytes beside the letters that they would be. */
export function payloadText(base64: string): PayloadText {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.codePointAt(0) ?? 0);
  if (bytes.length === 0) return { kind: 'empty', text: '', isCut: false };
  const isCut = bytes.length > mostBytes;
  const shown = bytes.subarray(0, mostBytes);
  const text = decoded(bytes);
  if (text === undefined || hasControls(text)) return { kind: 'bytes', text: hexOf(shown), isCut };
  const json = isCut ? undefined : indented(text);
  return json === undefined
    ? { kind: 'text', text: text.slice(0, mostBytes), isCut }
    : { kind: 'json', text: json, isCut };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const hasControls = (text: string): boolean => /[^\P{Cc}\t\n\r]/u.test(text);

function indented(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** `0000  7b 22 …  {".` a line of 16 bytes. */
function hexOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += bytesPerLine) {
    const line = [...bytes.subarray(start, start + bytesPerLine)];
    const codes = line
      .map((byte) => hex(byte, 2))
      .join(' ')
      .padEnd(bytesPerLine * 3 - 1);
    const letters = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '·'));
    lines.push(`${hex(start, 4)}  ${codes}  ${letters.join('')}`);
  }
  return lines.join('\n');
}
