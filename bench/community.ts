import { type LoadCommunity, loadCommunity } from '#device-sim/load/community.ts';

const community = { id: 'bench', name: { en: 'Bench' }, timezone: 'Asia/Shanghai' };

/** Who sends in a benchmark; ids begin with `bench-`. */
export const benchCommunity = (counts: {
  readonly senders: number;
  readonly detectors: number;
}): LoadCommunity => loadCommunity({ community, prefix: 'bench', ...counts });
