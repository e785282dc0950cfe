import {
  autocompletion,
  type CompletionSource,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { editorLook } from './editor-look.ts';

/** What CodeMirror says itself, in Chinese; in English it needs no help. */
const chinese: Readonly<Record<string, string>> = {
  'Control character': '控制字符',
  Completions: '补全',
  Diagnostics: '检查结果',
  'No diagnostics': '没有错误',
  close: '关闭',
  Find: '查找',
  Replace: '替换',
  next: '下一个',
  previous: '上一个',
  all: '全部',
  'match case': '区分大小写',
  'by word': '整词',
  regexp: '正则',
  replace: '替换',
  'replace all': '全部替换',
  'Go to line': '跳到行',
  go: '跳转',
  'current match': '当前匹配',
  'on line': '所在行',
};

export interface EditorOptions {
  readonly label: string;
  /** Id of what explains the keys; read out with the label. */
  readonly describedBy: string;
  readonly language: 'zh' | 'en';
  readonly complete: CompletionSource;
  readonly onChange: (text: string) => void;
}

/**
 * What the editor is made of. Tab is bound to nothing: it leads on, as everywhere on the page (WCAG 2.1.2); Ctrl+] and
 * Ctrl+[ indent.
 */
export function editorParts({
  complete,
  describedBy,
  label,
  language,
  onChange,
}: EditorOptions): Extension[] {
  return [
    lineNumbers(),
    lintGutter(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentUnit.of('  '),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    search({ top: true }),
    yaml(),
    autocompletion({ override: [complete], icons: false }),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
    ]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-description': describedBy,
      'aria-multiline': 'true',
      tabindex: '0',
      spellcheck: 'false',
      autocapitalize: 'off',
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
    language === 'zh' ? EditorState.phrases.of(chinese) : [],
    editorLook,
  ];
}
