/** So much waits as pieces before it becomes a part of the browser's own, which may put it on disk. */
const partBytes = 16 * 2 ** 20;

/** All of a body; rejects when it is not whole. `onBytes` is told how much there is. */
export async function collect(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: (bytes: number) => void,
): Promise<Blob> {
  const parts: Blob[] = [];
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let [waiting, all] = [0, 0];
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    waiting += value.length;
    all += value.length;
    onBytes(all);
    if (waiting < partBytes) continue;
    parts.push(new Blob(pieces));
    [pieces, waiting] = [[], 0];
  }
  return new Blob([...parts, ...pieces]);
}

/** Saves a file where the browser puts what is downloaded. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
