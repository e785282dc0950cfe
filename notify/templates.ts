import { noticeKinds } from '#model/notice.ts';
import type { Language, Wording } from '#notify/channel.ts';

/** What is said of one kind of notice, as Liquid. */
export type TextSource = Readonly<Record<Language, Wording>>;
/** `content-free`: of every kind, where a channel may tell nothing. */
export const textNames = [...noticeKinds, 'content-free'] as const;
export type TextName = (typeof textNames)[number];
export type Texts = Readonly<Record<TextName, TextSource>>;

const facts: Record<Language, string> = {
  zh: `地点：{{ placeName }}
类别：{{ categoryName }}
{% if acceptBy %}请于 {{ acceptBy }} 前接单{% elsif handleBy %}请于 {{ handleBy }} 前处置{% endif %}
{% if others > 0 %}另有 {{ others }} 项任务{% endif %}`,
  en: `Place: {{ placeName }}
Category: {{ categoryName }}
{% if acceptBy %}Accept by {{ acceptBy }}{% elsif handleBy %}Handle by {{ handleBy }}{% endif %}
{% if others > 0 %}and {{ others }} more tasks{% endif %}`,
};
const saying = (zh: string, en: string): TextSource => ({
  zh: { title: `【{{ severityName }}】${zh}：{{ title }}`, body: facts.zh },
  en: { title: `[{{ severityName }}] ${en}: {{ title }}`, body: facts.en },
});
const ending = (zh: string, en: string): TextSource => ({
  zh: { title: `${zh}：{{ title }}`, body: '地点：{{ placeName }}' },
  en: { title: `${en}: {{ title }}`, body: 'Place: {{ placeName }}' },
});

/** The words that Gridbell comes with; `fieldsIn` names the fields of each. */
export const builtInTexts: Texts = {
  assigned: saying('新任务', 'New task'),
  told: saying('请知悉', 'For your information'),
  upgraded: saying('任务升为更紧急', 'Task is more severe now'),
  escalated: saying('无人接单，升级给您', 'Nobody accepted, escalated to you'),
  asked: saying('申请挂起，请审批', 'Asked to suspend it, please decide'),
  reminder: saying('任务待处置', 'Task still to be handled'),
  urged: saying('催办', 'Please hurry'),
  returned: saying('返工', 'Work to be done again'),
  again: saying('再次报警', 'It calls again'),
  withdrawn: ending('任务已转他人', 'Somebody else has the task now'),
  ended: ending('任务已结束', 'Task is over'),
  calmed: saying('已取消呼叫，请确认', 'Call taken back, please make sure'),
  // To people who are no staff: who it is about stands on nobody's screen.
  'resident-check': {
    zh: {
      title: '网格铃：收到您家的报警',
      body: '工作人员正在处理。如平安无事，请按取消键，或接听工作人员的来电。',
    },
    en: {
      title: 'Gridbell: an alarm from your home',
      body: 'Staff are seeing to it. If all is well, press cancel, or answer when they call.',
    },
  },
  'family-called': {
    zh: {
      title: '网格铃：您的亲友可能需要帮助',
      body: '社区工作人员已收到报警并正在处理。请联系您的亲友，或致电社区。',
    },
    en: {
      title: 'Gridbell: somebody close to you may need help',
      body: 'Community staff have the alarm and are seeing to it. Please call them, or the community.',
    },
  },
  'family-over': {
    zh: { title: '网格铃：此前的报警已处理完毕', body: '如需了解情况，请联系您的亲友或社区。' },
    en: {
      title: 'Gridbell: the alarm has been dealt with',
      body: 'To learn more, call the person close to you, or the community.',
    },
  },
  bulletin: {
    zh: { title: '{{ title }}', body: '{{ text }}' },
    en: { title: '{{ title }}', body: '{{ text }}' },
  },
  test: {
    zh: { title: '网格铃：渠道测试', body: '这是一条测试消息，无需处理。' },
    en: { title: 'Gridbell: test of a channel', body: 'This is a test. There is nothing to do.' },
  },
  'content-free': {
    zh: { title: '网格铃：{{ severityName }}消息', body: '请打开网格铃查看。' },
    en: { title: 'Gridbell: {{ severityName | downcase }} message', body: 'Open Gridbell to see it.' },
  },
};

/** Kinds that go to people who are no staff: nothing that names a person or a place belongs into them. */
const toOutsiders: ReadonlySet<TextName> = new Set<TextName>([
  'resident-check',
  'family-called',
  'family-over',
]);
const discreetFields = [
  'kind',
  'severity',
  'severityName',
  'lifeSafety',
  'others',
  'link',
  'language',
] as const;
const taskFields = [
  'task',
  'state',
  'title',
  'category',
  'categoryName',
  'place',
  'placeName',
  'at',
  'acceptBy',
  'handleBy',
] as const;

/** Whether a text may say only that there is something. */
export const isDiscreet = (name: TextName): boolean => name === 'content-free' || toOutsiders.has(name);

/** What the templates of a kind may name. */
export function fieldsIn(name: TextName): readonly string[] {
  if (isDiscreet(name) || name === 'test') return discreetFields;
  return [...discreetFields, ...(name === 'bulletin' ? ['title', 'text'] : taskFields)];
}
