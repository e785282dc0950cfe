/** Whom the sentence of an entry names that nobody knows: `gw carries "NAME", which …`; empty: nobody. */
export const strangerIn = (detail: string): string =>
  / carries "(.{1,64})"(?:,| and )/u.exec(detail)?.[1] ?? '';

/** An id that is free as a rule, and can be told from others of the gateway. */
export const idFor = (gateway: string, address: string): string =>
  `${gateway}-${address.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-')}`.replaceAll(/-+$/g, '').slice(0, 64);
