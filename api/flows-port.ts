import type { EpochMs } from '#model/brand.ts';
import type { Actor } from '#model/record.ts';

export const flowsStates = ['off', 'stopped', 'starting', 'running', 'safe-mode', 'backing-off'] as const;
export const flowsEnds = ['crashed', 'hung', 'memory', 'disk', 'not-started', 'stopped'] as const;
export const complaintLevels = ['fatal', 'error', 'warn', 'info'] as const;

/** How the flows are (app/flows). */
export interface FlowsStanding {
  /** `off`: the settings do not want them, or the clock is that of the data. */
  readonly state: (typeof flowsStates)[number];
  readonly since: EpochMs;
  readonly isConfined: boolean;
  readonly capBytes: number;
  readonly memoryBytes: number | null;
  readonly cpuMs: number | null;
  readonly pulseMs: number | null;
  /** What Node-RED says of its flows; null: it says nothing now. */
  readonly flows: 'wait' | 'start' | 'stop' | 'safe' | null;
  /** Why they do not run, as Node-RED has it. */
  readonly because: string | null;
  readonly crashes: Readonly<Record<'crashed' | 'hung' | 'memory' | 'disk' | 'not-started', number>>;
  readonly crashesInARow: number;
  readonly lastEnd: {
    readonly at: EpochMs;
    readonly reason: (typeof flowsEnds)[number];
    readonly detail: string;
  } | null;
  readonly nextStartAt: EpochMs | null;
  /** Newest first. */
  readonly complaints: readonly {
    readonly at: EpochMs;
    readonly level: (typeof complaintLevels)[number];
    readonly text: string;
    readonly node?: { readonly id: string; readonly type: string; readonly name: string };
  }[];
}

/** Flows as they were deployed once. */
export interface FlowsVersion {
  readonly id: string;
  readonly at: EpochMs;
  /** Who deployed; `system`: found in the files. */
  readonly by: string;
  readonly how: string;
  readonly hash: string;
  /** Null: they could not be read as flows. */
  readonly tabs: number | null;
  readonly nodes: number | null;
  /** Tabs and subflows that are different from the version before, by what they are called. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly bytes: number;
}

/** How the editor is reached, while there is one. */
export interface FlowsEditor {
  /** Of the process; whoever asks there says `secret` in the header `secretHeader`. */
  readonly socketPath: string;
  readonly secretHeader: string;
  /** Null: no process takes requests now. */
  readonly secret: () => string | null;
}

/** Flows, as the API knows them. */
export interface ApiFlows {
  standing(): FlowsStanding;
  /** Resolves when the process that ran before is gone. Rejects with GridbellError `conflict` where they are off. */
  want(actor: Actor, wish: 'run' | 'safe' | 'stop'): Promise<void>;
  /** Newest first; the first is what stands. */
  versions(): readonly FlowsVersion[];
  /** The flows of a version, as text, without their credentials. Rejects with GridbellError `not-found`. */
  version(id: string): Promise<string>;
  /** Puts a version back, with the credentials of its time. Rejects with GridbellError `not-found`, `wrong-state`, `not-ready`. */
  putBack(actor: Actor, id: string): Promise<void>;
  /** Somebody deployed by the editor; resolves when that is on the disk. Never rejects. */
  deployed(actor: Actor): Promise<void>;
  /** Somebody did something else there. Never rejects. */
  touched(actor: Actor, what: string): Promise<void>;
  /** Null: off. */
  readonly editor: FlowsEditor | null;
  /** The id of the API token that flows have: no way for them to change themselves. */
  readonly tokenId: string;
}
