import type { FlowNode } from '#tests/support/node-red.ts';

type More = Readonly<Record<string, unknown>>;

/** Raises an alarm where the message comes from. */
export const raiseNode = (rule: string, more: More = {}): FlowNode => ({
  id: 'raise',
  type: 'gridbell-raise-alarm',
  server: 'server',
  rule,
  whereKind: 'message',
  category: 'facilities',
  severity: 'minor',
  severityType: 'severity',
  ...more,
});

/** Ends the alarm that stands where the message comes from. */
export const clearNode = (rule: string, more: More = {}): FlowNode => ({
  id: 'clear',
  type: 'gridbell-clear-alarm',
  server: 'server',
  rule,
  ...more,
});

/** What is true goes to `whenTrue`, what is false to `whenFalse`. */
export const truthSwitch = (whenTrue: string, whenFalse: string): FlowNode => ({
  id: 'switch',
  type: 'switch',
  property: 'payload',
  propertyType: 'msg',
  rules: [{ t: 'true' }, { t: 'false' }],
  checkall: 'true',
  outputs: 2,
  wires: [[whenTrue], [whenFalse]],
});

/** Raises `too-warm` under a key for each value, so that a value that was worked through twice would be seen. */
export const raiseOfEach = (...to: readonly string[]): FlowNode =>
  raiseNode('too-warm', { key: 'payload', keyType: 'msg', severity: 'warning', wires: [to] });

/** Ends an alarm of `raiseOfEach`, by the alarm itself as the message. */
export const clearOfEach = (): FlowNode =>
  clearNode('too-warm', { key: 'payload.key', keyType: 'msg', wires: [[]] });
