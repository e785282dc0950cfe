import { type CompiledPath, compilePath, type Roots } from '#ingest/mapping/json-path.ts';
import type { Steps } from '#ingest/mapping/steps.ts';

/** A text from somewhere in the message: a path, or words with `{level}`. */
export interface CompiledSource {
  readonly path: CompiledPath | undefined;
  /** Names of levels and keys that it needs. */
  readonly names: readonly string[];
  /** undefined: there is none. */
  read(roots: Roots, names: ReadonlyMap<string, string>, steps: Steps): string | undefined;
}
type Compiled = { readonly source: CompiledSource; readonly fault?: never } | { readonly fault: string };

const placeholder = /\{([^{}]*)\}/g;

export function compileSource(text: string): Compiled {
  if (text.startsWith('$') || text.startsWith('@')) {
    const compiled = compilePath(text);
    if (compiled.fault !== undefined) return compiled;
    const { path } = compiled;
    return { source: { path, names: [], read: (roots, _, steps) => textOf(path.first(roots, steps)) } };
  }
  // Words and names in turn.
  const parts = text.split(placeholder);
  const names = parts.filter((_, index) => index % 2 === 1);
  return {
    source: {
      path: undefined,
      names,
      read: (_, given) => {
        let read = '';
        for (let index = 0; index < parts.length; index += 1) {
          const part = parts[index] ?? '';
          read += index % 2 === 1 ? (given.get(part) ?? '') : part;
        }
        return read.trim() || undefined;
      },
    },
  };
}

/** Texts and whole numbers name things; nothing else does. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}
