import type { Alarm } from '#model/alarm.ts';
import {
  type AlarmId,
  type DeviceId,
  epochMs,
  type PersonId,
  type PlaceId,
  position,
  type RuleId,
  type TaskId,
} from '#model/brand.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Reading } from '#model/reading.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import type { TaskRecord } from '#store/ops/work-rows.ts';

export const at = epochMs(1_767_240_000_000);

export const alarm = (id: string, changes: Partial<Alarm> = {}): Alarm => ({
  id: id as AlarmId,
  rule: 'smoke-alarm' as RuleId,
  ruleVersion: 1,
  key: 'smoke-b3-05',
  device: 'smoke-b3-05' as DeviceId,
  place: 'b3' as PlaceId,
  category: 'fire',
  severity: 'critical',
  lifeSafety: true,
  state: 'active',
  ack: false,
  startedAt: at,
  receivedLate: false,
  revised: false,
  position: position(1),
  evidence: [{ property: 'smoke', value: true, at }],
  tasks: [],
  ...changes,
});

export const task = (id: string, changes: Partial<TaskRecord> = {}): TaskRecord => ({
  id: id as TaskId,
  version: 1,
  state: 'dispatched',
  category: 'fire',
  severity: 'critical',
  title: { en: 'Smoke at Building 3', zh: '3号楼 烟感报警' },
  place: 'b3' as PlaceId,
  assignee: 'w-zhou' as PersonId,
  also: [],
  reason: 'on duty in g1',
  rule: 'smoke-alarm' as RuleId,
  key: 'smoke-b3-05',
  lifeSafety: true,
  alarms: ['a-1' as AlarmId],
  checklist: [],
  createdAt: at,
  dispatchedAt: at,
  acceptedAt: null,
  acceptBy: epochMs(at + 60_000),
  handleBy: null,
  closedAt: null,
  join: { by: 'building', withinMs: 300_000 },
  lastAlarmAt: at,
  reRaiseMs: 1_800_000,
  ...changes,
});

export const entry = (changes: Partial<TaskHistoryEntry> = {}): TaskHistoryEntry => ({
  at,
  actor: 'rule:smoke-alarm',
  action: 'file',
  from: null,
  to: 'filed',
  comment: null,
  reason: null,
  ...changes,
});

export const quarantined = (changes: Partial<Quarantined> = {}): Quarantined => ({
  device: 'watch-0502' as DeviceId,
  receivedAt: at,
  position: position(9),
  topic: 'gridbell/lianfang-1/watch-0502/telemetry',
  dialect: 'native',
  reason: 'wrong-type',
  property: 'heart-rate',
  detail: 'a number was expected, a text came',
  payload: Buffer.from('{"values":{"heart-rate":"seventy-two beats"}}'),
  ...changes,
});

export const reading = (changes: Partial<Reading> = {}): Reading => ({
  device: 'smoke-b3-05' as DeviceId,
  property: 'temperature',
  at,
  receivedAt: epochMs(at + 12),
  value: 22.5,
  flags: 0,
  position: position(3),
  ...changes,
});
