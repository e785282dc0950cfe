import { createHash } from 'node:crypto';
import type { LinkView } from '#api/views/link-view.ts';
import type { Language } from '#api/views/task-view.ts';

const style = `
body { font: 18px/1.6 system-ui, sans-serif; max-width: 32rem; margin: 0 auto; padding: 1.5rem 1rem; color: #1c2430; background: #fff; }
h1 { font-size: 1.4rem; line-height: 1.35; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
button { font: inherit; font-weight: 600; width: 100%; min-height: 3.5rem; margin-top: 1.5rem; border: 0; border-radius: .5rem; color: #fff; background: #0b5cad; }
.note { color: #4a5565; font-size: 1rem; margin-top: 1.5rem; }
@media (prefers-color-scheme: dark) { body { color: #e6ebf2; background: #12161c; } .note { color: #a9b4c2; } button { background: #2f7fd6; } }
`;
/** The one style sheet by its hash, the form to ourselves, and no script at all. */
export const linkPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;

const words = {
  zh: {
    lang: 'zh-CN',
    brand: '网格铃',
    severity: { critical: '特急', major: '紧急', minor: '一般', warning: '提示' },
    accept: '接单',
    claim: '抢单',
    will: { accept: '点一下即由您接单。', claim: '点一下即由您抢单。' },
    place: '地点',
    by: '请于此前接单',
    done: '已由您接单。请登录网格铃处置。',
    refused: '现在不能接单：任务可能已被他人接下、转派或结束，或链接已用过。请登录网格铃查看。',
    gone: '这项任务现在不需要接单。',
  },
  en: {
    lang: 'en',
    brand: 'Gridbell',
    severity: { critical: 'Critical', major: 'Major', minor: 'Minor', warning: 'Warning' },
    accept: 'Accept the task',
    claim: 'Claim the task',
    will: { accept: 'One tap, and you have accepted it.', claim: 'One tap, and it is yours.' },
    place: 'Place',
    by: 'Accept by',
    done: 'It is yours now. Sign in to Gridbell to handle it.',
    refused:
      'It cannot be accepted now: somebody else may have it, it may be over, or the link was used. Sign in to Gridbell to see.',
    gone: 'Nobody needs to accept this task now.',
  },
} as const;

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The page of a one-tap link: what it is about, one button, or what came of it. */
export function linkPage(link: LinkView, language: Language, outcome?: 'done' | 'refused'): string {
  const say = words[language];
  const waits = link.state === 'dispatched' && link.usedAt === null;
  const end =
    outcome !== undefined
      ? `<p role="status"><strong>${say[outcome]}</strong></p>`
      : waits
        ? `<form method="post"><button>${say[link.action]}</button></form><p class="note">${say.will[link.action]}</p>`
        : `<p role="status"><strong>${say.gone}</strong></p>`;
  const by = link.acceptBy === null ? '' : `<p>${say.by}: ${html(local(link.acceptBy))}</p>`;
  return (
    `<!doctype html><html lang="${say.lang}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">` +
    `<title>${say.brand}</title><style>${style}</style></head><body><main>` +
    `<p>${say.brand} · ${say.severity[link.severity]}</p><h1>${html(link.title)}</h1>` +
    `<p>${say.place}: ${html(link.place)}</p>${by}${end}</main></body></html>`
  );
}

/** `2026-03-04 12:00 UTC`: the page has no script that knows the reader's zone. */
const local = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
