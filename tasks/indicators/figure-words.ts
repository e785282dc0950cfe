import type { Duration } from '#tasks/indicators/durations.ts';
import type { CountedFigure, Share } from '#tasks/indicators/figures.ts';

export interface Words {
  readonly zh: string;
  readonly en: string;
}
/** What a figure is called, and what exactly it counts, with its denominator. */
export interface FigureWords {
  readonly name: Words;
  readonly means: Words;
}

const words = (zh: readonly [string, string], en: readonly [string, string]): FigureWords => ({
  name: { zh: zh[0], en: en[0] },
  means: { zh: zh[1], en: en[1] },
});

/** Of every figure; docs/figures.md has each by its id and name (a test compares). */
export const figureWords: Readonly<Record<CountedFigure | Share | Duration | 'meanRating', FigureWords>> = {
  reported: words(
    ['上报数', '本期产生的案卷，无论由传感器还是人员上报'],
    ['Reported', 'Tasks that came in during the period, by sensors or by people'],
  ),
  filed: words(
    ['立案数', '本期上报的案卷中已立案的'],
    ['Filed', 'Of the tasks reported in the period, those that were filed'],
  ),
  rejected: words(
    ['不予立案数', '本期上报的案卷中不予立案的'],
    ['Rejected', 'Of the tasks reported in the period, those that were rejected'],
  ),
  void: words(
    ['作废数', '本期上报的案卷中作废或并案的'],
    ['Void', 'Of the tasks reported in the period, those that were void or merged'],
  ),
  due: words(
    ['应结案数', '处置时限在本期到期的立案案卷（尚未接单的按接单时限）；作废、不予立案和无时限的不计'],
    [
      'Due to close',
      'Filed tasks whose time to handle ends in the period (their time to accept where nobody has accepted); without void and rejected ones and those without a limit',
    ],
  ),
  closedOfDue: words(
    ['应结案中已结案', '应结案案卷中在本期结束前已结案的'],
    ['Closed of those due', 'Of the tasks due, those that were closed before the period ended'],
  ),
  inTime: words(
    ['按期结案数', '应结案中已结案的案卷里，在时限内反馈的（未经反馈的按结案时间）；核查所需时间不算超时'],
    [
      'Closed in time',
      'Of those closed of the due, the ones fed back within their limit (closed within it where nothing was fed back); the verifier’s time makes nobody late',
    ],
  ),
  suspendedOfDue: words(
    ['延期数', '应结案案卷中曾批准挂起（暂停计时）的'],
    ['Extended', 'Of the tasks due, those whose clock was paused with approval'],
  ),
  accepted: words(['接单数', '本期首次接单的案卷'], ['Accepted', 'Tasks first accepted in the period']),
  handled: words(
    ['处置数', '本期反馈处置结果的案卷（以最后一次为准）'],
    ['Handled', 'Tasks fed back in the period (the last time counts)'],
  ),
  closed: words(['结案数', '本期结案的案卷'], ['Closed', 'Tasks closed in the period']),
  reworked: words(
    ['返工数', '本期结案的案卷中至少返工一次的'],
    ['Reworked', 'Of the tasks closed in the period, those sent back at least once'],
  ),
  reopened: words(
    ['重新打开数', '本期（最后一次）重新打开的案卷'],
    ['Reopened', 'Tasks reopened in the period (the last time counts)'],
  ),
  open: words(
    ['期末未结', '期末尚未结束的案卷'],
    ['Open at the end', 'Tasks not ended when the period ended'],
  ),
  overdue: words(
    [
      '期末超时未结',
      '期末未结、当时所处环节（核实、接单、处置、核查）时限已过的案卷，含以往到期的；挂起的不计',
    ],
    [
      'Overdue at the end',
      'Open at the end of the period, and what was awaited then (to be verified, accepted, handled or checked) was due before it, earlier periods included; without what is suspended',
    ],
  ),
  checkDue: words(
    ['应核查数', '最近一次反馈的核查时限在本期到期的案卷；返工的重新计算，作废和无时限的不计'],
    [
      'Due to be checked',
      'Tasks whose time to check the last feedback ends in the period; without what was sent back, void ones and those without a limit',
    ],
  ),
  checkedInTime: words(
    ['按期核查数', '应核查案卷中在核查时限内结案的'],
    ['Checked in time', 'Of those due to be checked, the ones closed within that limit'],
  ),
  rated: words(
    ['评价数', '本期得到评价的案卷（以最后一次为准），居民评价及工作人员评价'],
    ['Rated', 'Tasks rated in the period (the last time counts), by residents or staff'],
  ),
  ratedLow: words(
    ['低分数', '本期评价为 1 或 2 分的案卷'],
    ['Rated low', 'Of those rated, the ones rated 1 or 2 of 5'],
  ),
  filedRate: words(['立案率', '立案数 ÷ 上报数'], ['Filing rate', 'Filed ÷ reported']),
  closeRate: words(
    ['结案率', '应结案中已结案 ÷ 应结案数'],
    ['Closing rate', 'Closed of those due ÷ due to close'],
  ),
  inTimeRate: words(
    ['按期结案率', '按期结案数 ÷ 应结案数'],
    ['In-time rate', 'Closed in time ÷ due to close'],
  ),
  reworkRate: words(['返工率', '返工数 ÷ 结案数'], ['Rework rate', 'Reworked ÷ closed']),
  suspendedRate: words(['延期率', '延期数 ÷ 应结案数'], ['Extension rate', 'Extended ÷ due to close']),
  checkRate: words(
    ['按期核查率', '按期核查数 ÷ 应核查数'],
    ['Checking rate', 'Checked in time ÷ due to be checked'],
  ),
  ratedLowRate: words(['低分率', '低分数 ÷ 评价数'], ['Share rated low', 'Rated low ÷ rated']),
  meanRating: words(
    ['平均评分', '本期评价的平均分，满分 5 分'],
    ['Mean rating', 'Of the tasks rated in the period, 1 to 5'],
  ),
  acceptTime: words(
    ['平均接单用时', '首次派遣到首次接单，本期接单的案卷'],
    [
      'Time to accept',
      'From the first dispatch to the first acceptance, of the tasks accepted in the period',
    ],
  ),
  handleTime: words(
    ['平均处置用时', '接单及处置中的时间之和，不含等待与挂起，本期反馈的案卷'],
    [
      'Time to handle',
      'While accepted or in progress, without waiting and suspension, of the tasks handled in the period',
    ],
  ),
  closeTime: words(
    ['平均结案用时', '上报到结案，本期结案的案卷'],
    ['Time to close', 'From report to closing, of the tasks closed in the period'],
  ),
};

/** Stands beside every table of people. */
export const noRanking: Words = {
  zh: '此表用于公平分担工作，不是排名：数字多说明负担重，不说明好坏。按姓名排列，不作考核。',
  en: 'This table is for sharing work fairly. It is no ranking: a high figure means a heavy load, nothing more. It is sorted by name and not meant for appraisal.',
};
