/** A small community whose tokens a test knows: one grid, one building, a worker and a carer who are always on duty. */
export const tokens = {
  smoke: 'smoke-token-1234',
  sos: 'sos-token-1234',
  climate: 'climate-token-1234',
} as const;

export const community = {
  community: { id: 'lianfang-1', name: { zh: '联芳一社区', en: 'Lianfang 1' }, timezone: 'Asia/Shanghai' },
  places: [
    { id: 'g1', kind: 'grid', name: { zh: '第一网格' }, parent: 'lianfang-1' },
    { id: 'b3', kind: 'building', name: { zh: '3号楼' }, parent: 'g1' },
    { id: 'b3-0502', kind: 'room', name: { zh: '3-502' }, parent: 'b3' },
  ],
  people: [
    {
      id: 'w-zhou',
      name: '周敏',
      role: 'grid-worker',
      places: ['g1'],
      account: { password: 'zhou-password' },
    },
    { id: 'c-lin', name: '林芳', role: 'care-staff', places: ['g1'], account: { password: 'lin-password' } },
    {
      id: 'l-chen',
      name: '陈刚',
      role: 'grid-leader',
      places: ['g1'],
      account: { password: 'chen-password' },
    },
    {
      id: 'm-wang',
      name: '王磊',
      role: 'property-manager',
      places: ['lianfang-1'],
      account: { password: 'wang-password' },
    },
  ],
  residents: [{ id: 'r-0502', place: 'b3-0502', name: '李奶奶', 'birth-year': 1941, 'lives-alone': true }],
  rosters: [
    {
      place: 'g1',
      role: 'grid-worker',
      shifts: [{ days: 'mon-sun', from: '00:00', to: '24:00', person: 'w-zhou' }],
    },
    {
      place: 'g1',
      role: 'care-staff',
      shifts: [{ days: 'mon-sun', from: '00:00', to: '24:00', person: 'c-lin' }],
    },
  ],
  devices: [
    { id: 'smoke-b3-05', kind: 'smoke-detector', place: 'b3', 'expect-every': '24h', token: tokens.smoke },
    { id: 'sos-0502', kind: 'sos-button', place: 'b3-0502', resident: 'r-0502', token: tokens.sos },
    { id: 'climate-b3', kind: 'environment', place: 'b3', token: tokens.climate },
  ],
};

/** Many smoke detectors beside it, for load. */
export const detectors = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `smoke-${index}`,
    kind: 'smoke-detector',
    place: 'b3',
    token: `token-of-smoke-${index}`,
  }));
