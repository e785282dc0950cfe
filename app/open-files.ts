import { readFileSync } from 'node:fs';

/** Files that the platform needs besides its connections. */
export const keptFiles = 512;

/** How many files the process may have open, by what the kernel says of it; null where it does not say. */
export function openFilesLimit(): number | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}

/** No more connections than there are files for them: the one above would keep the stores from opening theirs. */
export function withinOpenFiles<L extends { readonly connections: number }>(limits: L): L {
  const files = openFilesLimit();
  if (files === null) return limits;
  return { ...limits, connections: Math.max(1, Math.min(limits.connections, files - keptFiles)) };
}
