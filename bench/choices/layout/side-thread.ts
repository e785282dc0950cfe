/** A thread with broker and inbox, the engine, or both. Entry of a worker. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Position } from '#model/brand.ts';
import { startEngine } from './engine-side.ts';
import { type IntakeSide, startIntake } from './intake-side.ts';

export interface SideData {
  readonly side: 'both' | 'intake' | 'engine';
  readonly directory: string;
  readonly blockMs: number;
  /** To the other side; null: both are here. */
  readonly other: MessagePort | null;
}
type Told =
  | { readonly kind: 'committed' }
  | { readonly kind: 'reached' | 'trim'; readonly position: Position };

const { blockMs, directory, other, side } = workerData as SideData;

let intake: IntakeSide | null = null;
let engine: { committed(): void } | null = null;
const tell = (told: Told): void => {
  if (other) other.postMessage(told);
  else hear(told);
};
function hear(told: Told): void {
  if (told.kind === 'committed') engine?.committed();
  else if (told.kind === 'reached') intake?.engineReached(told.position);
  else intake?.trim(told.position);
}
other?.on('message', hear);

if (side !== 'engine') intake = await startIntake(directory, () => tell({ kind: 'committed' }));
if (side !== 'intake') {
  const reached = (position: Position): void => tell({ kind: 'reached', position });
  const trim = (position: Position): void => tell({ kind: 'trim', position });
  engine = await startEngine({ directory, blockMs, reached, trim });
}
parentPort?.postMessage(intake?.mqtt ?? 0);
