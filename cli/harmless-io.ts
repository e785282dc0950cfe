import type { Io } from '#cli/io.ts';

/**
 * What makes a terminal do something instead of showing it: control characters (ESC moves the cursor, renames the window,
 * in some terminals types), and those that turn the direction of writing around, so that a text reads as another.
 */
const harmful = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;

/** With these written out, as JSON and YAML write them within texts: what a program reads stays what it was. */
export const harmless = (text: string): string =>
  text.replace(harmful, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** What a command says may hold names of files, devices and people: all of it goes to the terminal as something to read. */
export function harmlessIo(io: Io): Io {
  return {
    ...io,
    out: (text) => io.out(harmless(text)),
    err: (line) => io.err(harmless(line)),
    ...(io.live ? { live: (line: string) => io.live?.(harmless(line)) } : {}),
  };
}
