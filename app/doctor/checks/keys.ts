import { existsSync } from 'node:fs';
import { type Check, fine, problem } from '#app/doctor/finding.ts';

const putBack = 'put keys.json back from a copy of the data directory made while Gridbell was stopped';

/** That they are there and open what is newest. What they are is never said. */
export const keys: Check = {
  name: 'keys',
  examine: ({ inbox, keys: found, paths }) => {
    if (found === null)
      return existsSync(paths.ops) || existsSync(paths.inbox)
        ? [problem(`${paths.keys} is missing: nothing in the directory can be opened without it`, putBack)]
        : [];
    if (!found.ok) return [problem(`${paths.keys} cannot be read`, putBack)];
    if (!inbox?.ok || inbox.value.opened === 0) return [fine('keys.json is whole')];
    const doNotOpen = inbox.value.faults.filter((fault) => fault.includes('does not open')).length;
    return doNotOpen === inbox.value.opened
      ? [problem("keys.json does not open the inbox: it is another installation's", putBack)]
      : [fine('keys.json opens the inbox')];
  },
};
