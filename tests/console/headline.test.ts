import { describe, expect, it } from 'vitest';
import { headlineOf } from '../../dashboards/console/src/pages/overview/headline.ts';

const none = { critical: 0, major: 0, minor: 0, warning: 0 };
const calm = {
  unsafe: { active: 0, events: 0, unacknowledged: 0, bySeverity: none, urgent: [] },
  late: { open: 3, toAccept: 0, toHandle: 0, toVerify: 0, toClose: 0, byState: {}, tasks: [] },
  silent: {
    devices: 73,
    online: 40,
    batteryLow: 0,
    unprotected: 0,
    byState: { well: 71, silent: 2 },
    worst: [],
  },
};
type Counted = typeof calm;
const said = (changes: Partial<Counted>, isKnown = true) => {
  const { count, key, more, tone } = headlineOf({ ...calm, ...changes }, isKnown);
  return { tone, key, count, more: more.key };
};
const unsafe = (bySeverity: Partial<typeof none>, unacknowledged = 0) => ({
  unsafe: { ...calm.unsafe, unacknowledged, bySeverity: { ...none, ...bySeverity } },
});

describe('the sentence on top of the overview', () => {
  it('is calm when nothing stands and nothing is late, and counts the devices that are well', () => {
    expect(said({})).toEqual({ tone: 'well', key: 'head-well', count: 0, more: 'devices-well' });
    expect(headlineOf(calm, true).more.params).toEqual({ well: 71, devices: 73 });
  });

  it('tells of the gravest alarms alone, and whether anybody has seen them', () => {
    expect(said(unsafe({ major: 4, critical: 1 }, 2))).toEqual({
      tone: 'critical',
      key: 'head-critical',
      count: 1,
      more: 'unacknowledged',
    });
    expect(said(unsafe({ minor: 3 }))).toMatchObject({
      key: 'head-minor',
      count: 3,
      more: 'all-acknowledged',
    });
  });

  it('tells of what is late when no alarm stands, then of devices that protect nobody', () => {
    const late = { late: { ...calm.late, toAccept: 1, toHandle: 2 } };
    const silent = { silent: { ...calm.silent, unprotected: 2 } };
    expect(said({ ...late, ...silent })).toMatchObject({ tone: 'late', count: 3 });
    expect(said(silent)).toMatchObject({ tone: 'silent', key: 'head-unprotected', count: 2 });
  });

  it('never says that all is well while it is not known', () => {
    expect(said({}, false)).toMatchObject({ tone: 'unknown', key: 'head-unknown', more: 'head-well' });
    expect(headlineOf({ ...calm, ...unsafe({ critical: 2 }) }, false)).toMatchObject({
      tone: 'unknown',
      more: { key: 'head-critical', params: { count: 2 } },
    });
  });

  it('has a word for a community without devices', () => {
    expect(said({ silent: { ...calm.silent, devices: 0, byState: {} as never } }).more).toBe('no-devices');
  });
});
