import type { LocalText } from '#model/text.ts';

/** A line in both languages. */
type Line = Required<LocalText>;
const line = (en: string, zh: string): Line => ({ en, zh });

/** What each key of a rule is for, by its path in a file; docs/rules.md says more. */
export const keyLines: Readonly<Record<string, Line>> = {
  id: line('Its name for machines: letters, digits, - and _', '规则编号：字母、数字、- 和 _'),
  name: line('Its name for people', '规则名称'),
  description: line('What it is for, and where its numbers come from', '用途及数值依据'),
  enabled: line('false: switched off; its alarms are cleared', 'false：停用，其告警解除'),
  shadow: line('It runs, traces and counts, and raises nothing', '影子模式：运行、追踪、计数，但不告警'),
  category: line('What it is about: it finds owner and time limits', '类别：决定责任人和时限'),
  severity: line('How bad it is', '严重程度'),
  'life-safety': line('No mode holds it back', '生命安全：任何模式都不抑制'),
  property: line('Readings of these wake it; one or a list', '触发判断的读数，一个或多个'),
  devices: line('Which devices; all that are given must fit', '适用的设备，须全部满足'),
  'devices.kind': line('Kinds of devices', '设备类型'),
  'devices.place': line('Places; everything below counts', '地点，含下级'),
  'devices.tag': line('Tags of devices', '设备标签'),
  'devices.id': line('Devices by id', '设备编号'),
  residents: line('Only devices of such residents', '仅限此类居民的设备'),
  'residents.lives-alone': line('Who live alone, or do not', '是否独居'),
  when: line('The alarm stands while this holds', '条件成立期间告警持续'),
  clear: line('The alarm is over when this holds; default: not `when`', '解除条件；默认为 when 不成立'),
  for: line('So long `when` must hold first', '须持续成立多久'),
  'for-gap': line(
    'While `for` runs: a silence longer than this ends the waiting',
    'for 计时期间静默超过此时长则重新计时',
  ),
  'clear-for': line('So long it must be clear first', '须持续解除多久'),
  event: line('Each reading that fits notifies; nothing stands', '每次符合即通知，不持续'),
  'silent-for': line(
    'Instead of `when`: no such reading for so long; or a habit of a person',
    '代替 when：多久没有读数；或个人习惯',
  ),
  'silent-for.state': line('What somebody is in for longer than usual', '比平时更久的状态'),
  'silent-for.usual': line('So many times what is usual for the person', '超过平时的倍数'),
  'silent-for.least': line('Never before', '最短时间'),
  'silent-for.most': line('In any case after', '最长时间'),
  'silent-for.learn': line('So long nothing is said, to learn first', '先学习多久'),
  'restless-for': line(
    'Instead of `when`: up and about at an hour at which that person is not',
    '代替 when：在平时不活动的时段走动',
  ),
  'restless-for.usual': line('So many times what is usual for the person', '超过平时的倍数'),
  'restless-for.least': line('For so long within an hour', '一小时内至少多久'),
  'restless-for.learn': line('So long nothing is said, to learn first', '先学习多久'),
  key: line('Whose alarm it is: one for each of these', '告警归属：每个对象一条'),
  'key.by': line('`device`', '`device`'),
  'key.and': line('A property: one alarm for each of its values', '属性：每个取值一条告警'),
  'active-hours': line("When it is in force, by the community's clock", '生效时段（社区时区）'),
  'active-hours.from': line('HH:MM', '开始 HH:MM'),
  'active-hours.to': line('HH:MM; before `from` it runs into the next day', '结束 HH:MM；早于开始则跨日'),
  'active-hours.days': line('Such as mon-fri,sun', '例如 mon-fri,sun'),
  unless: line('Modes that hold it back', '抑制它的模式'),
  levels: line(
    'Other severities while it stands; the first that holds counts',
    '持续期间的其他等级，先成立者生效',
  ),
  'levels.when': line('It has this severity while this holds', '成立时为此等级'),
  'levels.severity': line('How bad it is then', '此时的严重程度'),
  lateness: line('How much older than the newest a reading may be and still count', '迟到读数的容许时间'),
  task: line('What people do about it; without it an alarm only', '处置任务；没有则仅告警'),
  'task.title': line(
    '{place}, {device}, {resident}, {value} are filled in',
    '可含 {place} {device} {resident} {value}',
  ),
  'task.to': line('The role that it goes to', '派给的角色'),
  'task.also': line('Roles that are told, too', '同时告知的角色'),
  'task.accept-within': line('Until somebody accepts, from dispatch', '接单时限（自派遣起）'),
  'task.handle-within': line('Until it is handled, from acceptance', '处置时限（自接单起）'),
  'task.escalate': line('To whom it goes while nobody has accepted', '无人接单时升级'),
  'task.escalate.after': line('So long after dispatch', '派遣后多久'),
  'task.escalate.to': line('The role that is asked then', '升级到的角色'),
  'task.join': line('Later alarms of the category join the open task', '同类后续告警并入未结任务'),
  'task.join.by': line('Of the same place of this kind', '同一级地点'),
  'task.join.within': line('So long', '时间范围'),
  'task.re-raise': line('Closed while its alarm stands: again after this', '结案而告警仍在：多久后再派'),
  'task.checklist': line('Reminders; they do not block', '检查清单，仅提醒'),
  'task.ladder': line(
    'How its alarms climb the care ladder: wait (usual), at-once, none; life safety never waits',
    '逐级呼叫方式：wait（默认）、at-once、none；生命安全类从不等待',
  ),
  'task.skills': line('Who has these is asked first', '优先具备这些技能者'),
};

/** What each function of the past answers. */
export const functionLines: Readonly<Record<string, Line>> = {
  last: line('The newest reading of another property', '另一属性的最新读数'),
  age: line('How old that reading is', '该读数已有多久'),
  avg: line('Mean of the readings of the window', '窗口内平均值'),
  min: line('Smallest of the window', '窗口内最小值'),
  max: line('Largest of the window', '窗口内最大值'),
  sum: line('Sum of the window', '窗口内总和'),
  count: line('How many readings the window has', '窗口内读数个数'),
  delta: line('Newest minus oldest of the window', '窗口内末值减首值'),
  rate: line('Change per minute over the window', '窗口内每分钟变化'),
  countWhere: line('How many of the window have this value', '窗口内等于该值的个数'),
  others: line('How many other devices there say so', '同一范围内另有几台设备如此'),
  baseline: line(
    'What is usual at this hour: .mean, .sd, .n of 14 days',
    '此时段的平时水平：14 天的 .mean .sd .n',
  ),
};

/** What each name of a condition stands for. */
export const variableLines: Readonly<Record<string, Line>> = {
  value: line('The reading that woke the rule', '触发的读数'),
  previous: line('The reading of the same property before it', '同一属性的上一读数'),
  at: line('When it was measured', '测量时间'),
  property: line('Which property it is of', '属性名'),
  values: line("The whole message: values['door-open']", "整条消息：values['door-open']"),
  device: line('id, kind, tags', '设备：id kind tags'),
  place: line('id, kind, path', '地点：id kind path'),
  resident: line('age, livesAlone, limits', '居民：age livesAlone limits'),
  habits: line("What the engine learned of the person's days", '系统学到的个人作息'),
};
