import { type Check, fine, warning } from '#app/doctor/finding.ts';
import { day, epochMs } from '#model/brand.ts';

/** So many a day are no accident: a device speaks what nobody understands. */
const manyADay = 1_000;

/** What came and is no reading. */
export const quarantine: Check = {
  name: 'quarantine',
  examine: ({ now, ops }) => {
    if (!ops?.ok) return [];
    const held = ops.value.reader.counts(now).quarantined;
    const recent = ops.value.quarantinedSince(epochMs(now - day));
    const said = `${held} messages and values in quarantine, ${recent} of them since yesterday`;
    return recent > manyADay
      ? [
          warning(
            said,
            'GET /api/v1/quarantine shows which device and why; docs/quarantine.md says what to do for each reason',
          ),
        ]
      : [fine(said)];
  },
};
