import type { Duty } from '#device-sim/demo/duty.ts';
import type { EpochMs } from '#model/brand.ts';
import type { CommunityFile } from '#model/community.ts';
import type { LocalText } from '#model/text.ts';

/** An account that a visitor is told of. */
export interface SignIn {
  readonly account: string;
  readonly name: LocalText;
  /** What they do in the demo. */
  readonly part: LocalText;
}

export interface Cast {
  readonly community: CommunityFile;
  readonly duty: Duty;
  /** Where the first smoke and the first fall happen. */
  readonly smokeAt: string;
  readonly fallAt: string;
}

/** Who has the demo's first tasks now: that depends on the hour. */
export function signInsNow({ community, duty, fallAt, smokeAt }: Cast, now: EpochMs): readonly SignIn[] {
  const worker = duty.at(smokeAt, 'grid-worker', now)[0];
  const carer = duty.at(fallAt, 'care-staff', now)[0];
  const manager = duty.at(smokeAt, 'property-manager', now)[0];
  const leader = duty.at(smokeAt, 'grid-leader', now)[0];
  const parts: readonly (readonly [string | undefined, LocalText])[] = [
    [worker, { zh: '值班网格员', en: 'grid worker on duty' }],
    [carer, { zh: '值班照护员', en: 'care staff on duty' }],
    [manager, { zh: '值班物业经理', en: 'property manager on duty' }],
    [leader, { zh: '网格长', en: 'grid leader' }],
  ];
  const people = parts.flatMap(([account, part]) =>
    account === undefined ? [] : [{ account, name: nameOf(community.people, account), part }],
  );
  return [
    ...people,
    {
      account: 'admin',
      name: { zh: '管理员', en: 'Administrator' },
      part: { zh: '全部权限', en: 'everything' },
    },
  ];
}

/** The name of an entry of the community file; its id where it has none. */
export function nameOf(
  entries: readonly { readonly id: string; readonly name?: string | LocalText }[] | undefined,
  id: string,
): LocalText {
  const name = (entries ?? []).find((entry) => entry.id === id)?.name ?? id;
  return typeof name === 'string' ? { zh: name, en: name } : name;
}
