/** What device-sim asks of the running platform; whoever starts it says how it is reached. */
export interface Platform {
  /** Where its MQTT listens. */
  readonly host: string;
  /** Rejects with the system's error when nobody is there. */
  request(
    method: string,
    path: string,
    options?: { readonly body?: unknown; readonly contentType?: string },
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  /** The body of the answer; rejects with one line that says why it was refused and what to do. */
  call(
    method: string,
    path: string,
    options?: { readonly body?: unknown; readonly contentType?: string },
  ): Promise<unknown>;
}

/** Nobody is there, or went away amid an answer; as against a platform that says no. */
export const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ENOTSOCK', 'EPIPE'].includes(String(error.code));
