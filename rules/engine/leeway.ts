import { minute } from '#model/brand.ts';

/** How far a device's clock may be ahead (docs/contract.md, Time). */
export const leewayMs = 5 * minute;
