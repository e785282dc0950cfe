import type { Chance } from '#device-sim/chance/chance.ts';

/** Common family names and given names; the people are invented. */
const familyNames =
  '王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 袁 潘 于 蒋 蔡 余 杜 叶 程 魏 苏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金 石 廖 贾 夏 韦 付 方 白 邹 孟 熊 秦 邱 江 尹 薛 闫 段 雷 侯 龙 史 陶 黎 贺 顾 毛 郝 龚 邵 万 钱 严'.split(
    ' ',
  );
const elderNames = [
  '桂英 秀兰 淑芬 玉珍 美华 春梅 爱莲 凤英 素珍 月娥 惠芳 玉兰 秀英 桂兰 金凤 兰英',
  '德福 国强 树林 永年 志远 启明 建国 长贵 福生 文斌 庆华 保田 世昌 宝根 金生 耀宗',
]
  .join(' ')
  .split(' ');
const youngNames =
  '伟 静 敏 立 勇 红 丽 燕 洁 刚 涛 芸 娟 浩 磊 颖 晓东 雨桐 子涵 俊杰 欣怡 思远 佳 宁 博 琳 晨 雪 鹏 倩'.split(
    ' ',
  );

const nonEmpty = (list: readonly string[]): readonly [string, ...string[]] => {
  const [first = '', ...rest] = list;
  return [first, ...rest];
};
const families = nonEmpty(familyNames);
const elders = nonEmpty(elderNames);
const young = nonEmpty(youngNames);

/** An invented name that fits the year of birth. */
export const nameFor = (birthYear: number, chance: Chance): string =>
  chance.pick(families) + chance.pick(birthYear < 1965 ? elders : young);
