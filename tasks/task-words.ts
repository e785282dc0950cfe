import type { TaskState } from '#model/task.ts';
import type { LocalText } from '#model/text.ts';
import type { ActionName, ResidentAction } from '#tasks/transitions.ts';

/** A name in both languages. */
type Name = Required<LocalText>;

/** What the states are called; the Chinese words are those of GB/T 30428 and of the grid systems in use. */
export const stateNames: Readonly<Record<TaskState, Name>> = {
  reported: { zh: '已上报', en: 'reported' },
  verifying: { zh: '待核实', en: 'being verified' },
  rejected: { zh: '不予立案', en: 'rejected' },
  filed: { zh: '已立案', en: 'filed' },
  dispatched: { zh: '已派遣', en: 'dispatched' },
  accepted: { zh: '已接单', en: 'accepted' },
  'in-progress': { zh: '处置中', en: 'in progress' },
  feedback: { zh: '已反馈待核查', en: 'reported back' },
  closed: { zh: '已结案', en: 'closed' },
  rework: { zh: '返工', en: 'rework' },
  returned: { zh: '退单', en: 'returned' },
  evaluated: { zh: '已评价', en: 'evaluated' },
  suspended: { zh: '挂起', en: 'suspended' },
  void: { zh: '作废', en: 'void' },
};

export const actionNames: Readonly<Record<ActionName | ResidentAction, Name>> = {
  verify: { zh: '核实', en: 'verify' },
  reject: { zh: '不予立案', en: 'reject' },
  file: { zh: '立案', en: 'file' },
  dispatch: { zh: '派遣', en: 'dispatch' },
  claim: { zh: '抢单', en: 'claim' },
  accept: { zh: '接单', en: 'accept' },
  start: { zh: '开始处置', en: 'start' },
  feedback: { zh: '反馈', en: 'report back' },
  close: { zh: '结案', en: 'close' },
  rework: { zh: '返工', en: 'send back' },
  return: { zh: '退单', en: 'give back' },
  transfer: { zh: '转单', en: 'hand over' },
  suspend: { zh: '挂起', en: 'suspend' },
  'request-suspension': { zh: '申请挂起', en: 'ask for suspension' },
  'approve-suspension': { zh: '同意挂起', en: 'approve suspension' },
  'refuse-suspension': { zh: '不同意挂起', en: 'refuse suspension' },
  resume: { zh: '恢复', en: 'resume' },
  urge: { zh: '催办', en: 'urge' },
  escalate: { zh: '升级', en: 'escalate' },
  void: { zh: '作废', en: 'void' },
  merge: { zh: '合并', en: 'merge' },
  split: { zh: '拆分', en: 'split' },
  evaluate: { zh: '评价', en: 'evaluate' },
  reopen: { zh: '重新打开', en: 'reopen' },
};
