import type { SignIn } from '#cli/demo/sign-ins.ts';
import { inLanguage, type LocalText } from '#model/text.ts';

export interface Welcome {
  readonly address: string;
  readonly password: string;
  readonly signIns: readonly SignIn[];
  /** Where the first smoke and the first fall are. */
  readonly smokeAt: LocalText;
  readonly fallAt: LocalText;
  /** Colours, for a terminal. */
  readonly isColoured: boolean;
}

const wide = /[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/gu;

/** How wide a text stands in a terminal: a Chinese character takes two columns. */
const widthOf = (text: string): number => text.length + (text.match(wide)?.length ?? 0);
const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** What the demo says once it serves: where, who, and three things to try. */
export function welcomeText(welcome: Welcome): string {
  const { address, fallAt, isColoured, password, signIns, smokeAt } = welcome;
  const paint = (code: number, text: string): string =>
    isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
  const bold = (text: string): string => paint(1, text);
  const dim = (text: string): string => paint(2, text);
  const both = (text: LocalText): string => `${inLanguage(text, 'zh')} ${dim(inLanguage(text, 'en'))}`;
  const accountWidth = Math.max(...signIns.map(({ account }) => account.length)) + 2;
  const names = signIns.map(({ name }) => `${inLanguage(name, 'zh')} ${inLanguage(name, 'en')}`);
  const nameWidth = Math.max(...names.map(widthOf)) + 2;
  const worker = signIns[0]?.account ?? 'admin';
  const verifier = signIns[2]?.account ?? 'admin';
  return [
    '',
    `  ${bold(paint(36, 'Gridbell 网格铃'))}  ${dim('demo · 演示')}`,
    '',
    `  ${padTo('打开 Open', 16)}${bold(address)}`,
    `  ${padTo('密码 Password', 16)}${bold(password)}  ${dim('所有账号 · of every account')}`,
    '',
    `  ${bold('登录 Sign in as')}`,
    ...signIns.map(
      ({ account, part }, index) =>
        `    ${bold(padTo(account, accountWidth))}${padTo(names[index] ?? '', nameWidth)}${both(part)}`,
    ),
    '',
    `  ${bold('试试看 Three things to try')}`,
    `    1  以 ${bold(worker)} 登录：${inLanguage(smokeAt, 'zh')} 的烟感报警是你的任务，请接单、到场、反馈`,
    dim(
      `       Sign in as ${worker}: the smoke at ${inLanguage(smokeAt, 'en')} is yours. Accept, start, feed back`,
    ),
    `    2  以 ${bold(verifier)} 登录：核查已反馈的任务并结案；处置人不能自己结案`,
    dim(`       Sign in as ${verifier}: verify what was fed back and close it. Never who handled it`),
    `    3  看 ${inLanguage(fallAt, 'zh')} 的跌倒警情：谁在几秒内接单，系统为何派给此人`,
    dim(
      `       Watch the fall at ${inLanguage(fallAt, 'en')}: who took it within seconds, and why it was them`,
    ),
    '',
    `  ${dim('Ctrl-C 结束 ends it')}`,
    '',
  ].join('\n');
}
