import { type Check, fine, problem, warning } from '#app/doctor/finding.ts';

/** Configuration, alarms, tasks: the file, what refers to what, the version. */
export const opsStore: Check = {
  name: 'ops-store',
  examine: ({ deep, ops }) => {
    if (ops === null) return [];
    if (!ops.ok && ops.isOlder)
      return [
        warning(
          ops.error,
          'the next start brings it to this version: keep a copy of the directory, start, and run this again',
        ),
      ];
    if (!ops.ok)
      return [problem(ops.error, 'what is named says what to do; keep the directory as it is until then')];
    const damage = ops.value.damage(deep);
    if (damage.length > 0)
      return [
        problem(
          `the ops store is damaged: ${damage.join('; ')}`,
          'stop Gridbell, keep a copy of the data directory, put back one that was made while Gridbell was stopped, and check the disk',
        ),
      ];
    const admins = ops.value.reader.accounts().filter(({ role }) => role === 'admin').length;
    const whole = `whole, of version ${ops.value.version}, up to record ${ops.value.reader.position()}`;
    return admins === 0 && ops.value.reader.community() !== undefined
      ? [
          fine(whole),
          warning(
            'nobody may administer Gridbell',
            'the next start makes the account admin and says its password once',
          ),
        ]
      : [fine(whole)];
  },
};
