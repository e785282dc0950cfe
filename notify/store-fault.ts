/** True for what the store could not do (a full disk, a locked file): that is no fault of the message, and all of it is done again. */
export const isStoreFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
