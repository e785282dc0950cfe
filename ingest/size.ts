import type { Stage } from '#ingest/stage.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';

/** Of a device; a gateway may send all that the broker takes. */
const maxBytes = 64 * 1024;

/** A device may send 64 KiB; what a gateway may send is the broker's to hold. */
export const notTooLarge: Stage = (work) => {
  if (work.record.payload.length <= maxBytes) return true;
  if (work.configured !== undefined && deviceKindCatalogue.get(work.configured.kind)?.gateway) return true;
  work.refuse(
    'too-large',
    `${work.record.payload.length} bytes; a device may send ${maxBytes}, a gateway more`,
  );
  return false;
};
