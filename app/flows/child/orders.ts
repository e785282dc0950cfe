/**
 * What the process of the flows is told on its standard input, as one line of JSON: secrets stand in no argument, no
 * variable and no file. The end of the input is the end of the process.
 */
export interface FlowsOrders {
  /** The flows' directory: Node-RED's userDir. */
  readonly userDir: string;
  /** Where it listens: below the working directory, or the name of a pipe. */
  readonly socket: string;
  /** In the header `startSecretHeader` of every request that it answers. */
  readonly startSecret: string;
  /** Encrypts Node-RED's credentials. */
  readonly credentialSecret: string;
  /** The API, for the palette. */
  readonly gridbell: { readonly url: string; readonly token: string };
  /** The editor works, flows do not start before somebody deploys. */
  readonly safeMode: boolean;
  /** Whether the editor may install packages. */
  readonly mayInstall: boolean;
  /** Gridbell's own palette; null: it is not there. */
  readonly palette: string | null;
}

export const startSecretHeader = 'gridbell-start-secret';
/** Under which the process says how it is; no path of Node-RED's. */
export const pulsePath = '/pulse';
/** Where the editor and its admin API are. */
export const editorRoot = '/flows/';

/** What the process says of itself. */
export interface Pulse {
  /** What the flows do: `wait` until Node-RED has begun. */
  readonly flows: 'wait' | 'start' | 'stop' | 'safe';
  /** Why they do not run although they should, as Node-RED has it; such as missing-types. */
  readonly because: string | null;
  /** Its resident memory, for systems that do not tell it of another process. */
  readonly rssBytes: number;
}

/** A line that the process writes. */
export interface LogLine {
  readonly level: 'fatal' | 'error' | 'warn' | 'info';
  readonly text: string;
  /** Of the node that says it. */
  readonly node?: { readonly id: string; readonly type: string; readonly name: string };
}
