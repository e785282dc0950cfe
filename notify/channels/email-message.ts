import { createHash } from 'node:crypto';
import MimeNode from 'nodemailer/lib/mime-node';
import type { Dispatch, Language } from '#notify/channel.ts';
import { xmlText } from '#notify/channels/body-template.ts';
import { linkWords } from '#notify/channels/link-words.ts';
import { cutTo, oneLine } from '#notify/channels/text-limits.ts';

/** RFC 5322 §2.1.1 wants lines of at most 998; a subject longer than this is not read by anybody. */
const mostSubject = 150;

const footer: Readonly<Record<Language, string>> = {
  zh: '此邮件由 Gridbell（网格铃）自动发出，请勿回复。',
  en: 'Gridbell sent this by itself; replies are not read.',
};

export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** The message as it goes over the wire: plain text, and the same as simple HTML. */
export async function emailMessage(dispatch: Dispatch, from: Sender, to: string): Promise<Buffer> {
  const { language } = dispatch.recipient;
  const { body, title } = dispatch.text[language];
  const plain = [title, body, dispatch.link ?? '', footer[language]]
    .filter((part) => part !== '')
    .join('\n\n');
  const root = new MimeNode('multipart/alternative');
  root.setHeader({
    From: { name: oneLine(from.name), address: from.address },
    To: { name: oneLine(dispatch.recipient.name), address: to },
    Subject: cutTo(oneLine(title), mostSubject),
    Date: new Date(dispatch.at).toUTCString().replace('GMT', '+0000'),
    'Message-ID': messageId(dispatch.key, from.address),
    // RFC 3834 §5: no holiday answers, please.
    'Auto-Submitted': 'auto-generated',
    ...(dispatch.lifeSafety ? { Importance: 'high', 'X-Priority': '1' } : {}),
    ...(dispatch.task === null ? {} : { References: messageId(`task:${dispatch.task}`, from.address) }),
  });
  root.createChild('text/plain; charset=utf-8').setContent(plain);
  root.createChild('text/html; charset=utf-8').setContent(htmlOf(dispatch, language));
  return await root.build();
}

/** RFC 5322 §3.6.4. The same at each try: mail systems show a message that came twice once. */
export function messageId(key: string, fromAddress: string): string {
  const domain = /@([A-Za-z0-9.-]+)$/.exec(fromAddress)?.[1] ?? 'gridbell.invalid';
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`;
}

function htmlOf({ link, text }: Dispatch, language: Language): string {
  const { body, title } = text[language];
  const paragraphs = body === '' ? '' : `<p style="white-space:pre-line">${xmlText(body)}</p>`;
  const tap = link === null ? '' : `<p><a href="${xmlText(link)}">${linkWords[language]}</a></p>`;
  return `<!doctype html><html lang="${language}"><body><h1 style="font-size:1.2em">${xmlText(title)}</h1>${paragraphs}${tap}<p><small>${footer[language]}</small></p></body></html>`;
}
