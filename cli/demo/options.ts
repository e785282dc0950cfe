import type { Config } from '#app/config.ts';
import type { Progress } from '#cli/demo/progress.ts';
import type { CommunityFile } from '#model/community.ts';

/** What a demo is begun with. */
export interface DemoOptions {
  readonly config: Config;
  /** What the platform's process is to be given besides: `--config FILE`. */
  readonly platformArguments: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly community: CommunityFile;
  readonly seed: number;
  /** Length of the history. */
  readonly days: number;
  /** Go on where an earlier demo was stopped, if one was. */
  readonly keep: boolean;
  readonly progress: Progress;
  /** What a visitor reads; whole lines. */
  readonly tell: (text: string) => void;
  readonly complain: (line: string) => void;
  readonly isColoured: boolean;
  /** Somebody wants it to end. */
  readonly stop: AbortSignal;
}
