import {
  BellOff,
  BellRing,
  CircleCheck,
  CircleHelp,
  CircleSlash,
  Ear,
  Eye,
  Hourglass,
  Minus,
  ShieldQuestionMark,
} from '@lucide/vue';
import type { Component } from 'vue';
import { useTexts } from '../../i18n/texts.ts';
import { useConditionSpeech } from '../../rules/condition-speech.ts';
import type { TraceEntry } from './rule-queries.ts';

type Tone = 'quiet' | 'accent' | 'well' | 'critical' | 'major' | 'minor' | 'warning';

const looks: Readonly<Record<string, readonly [Tone, Component]>> = {
  raised: ['critical', BellRing],
  'severity-changed': ['critical', BellRing],
  active: ['major', BellRing],
  cleared: ['well', CircleCheck],
  waiting: ['accent', Hourglass],
  clearing: ['accent', Hourglass],
  quiet: ['quiet', Minus],
  heard: ['quiet', Ear],
  unknown: ['minor', CircleHelp],
  'held-back': ['warning', BellOff],
  'to-verify': ['minor', ShieldQuestionMark],
  'not-selected': ['quiet', CircleSlash],
  'not-loaded': ['critical', CircleSlash],
  'no-device': ['quiet', CircleSlash],
};

const saysItAll: ReadonlySet<string> = new Set([
  'raised',
  'cleared',
  'waiting',
  'clearing',
  'active',
  'quiet',
  'heard',
]);

/** What a rule made of what a device said, in the person's language. */
export function useTraceWords() {
  const { t, word } = useTexts();
  const speech = useConditionSpeech();

  /** The mode that held it back, what was missing, which severity: what the outcome alone does not say. */
  function detail({ outcome, reason }: TraceEntry): string {
    const [, rest = ''] = /^[^:]*: (.*)$/.exec(reason) ?? [];
    if (outcome === 'held-back') {
      const [, mode] = /\b(maintenance|drill|away|hospital)\b/.exec(rest) ?? [];
      if (mode !== undefined) return t('trace.by-mode', { mode: t(`modes.${mode}`) });
      return rest.includes('active hours') ? t('trace.by-hours') : '';
    }
    if (outcome === 'severity-changed') {
      const [, severity] = /(critical|major|minor|warning)/.exec(reason) ?? [];
      return severity === undefined ? '' : t('trace.severity', { severity: t(`severities.${severity}`) });
    }
    if (outcome === 'unknown' && rest !== '')
      return t('trace.missing', { what: speech.input(rest, '').what });
    return '';
  }

  /** What the engine's own words add to the outcome; empty when that says it all, or the detail does. */
  function remark(entry: TraceEntry): string {
    if (detail(entry) !== '') return '';
    if (!saysItAll.has(entry.outcome)) return entry.reason;
    const [, rest = ''] = /^[^:]*: (.*)$/.exec(entry.reason) ?? [];
    return rest;
  }

  return {
    remark,
    tone: (outcome: string): Tone => looks[outcome]?.[0] ?? 'quiet',
    icon: (outcome: string): Component => looks[outcome]?.[1] ?? Eye,
    /** A word or two. */
    name: (outcome: string): string => word('trace-outcomes', outcome),
    /** A sentence that answers why it did, or did not, fire. */
    answer(entry: TraceEntry): string {
      const sentence = word('trace-answers', entry.outcome);
      return [sentence === entry.outcome ? entry.reason : sentence, detail(entry)]
        .filter((part) => part !== '')
        .join(' ');
    },
    detail,
    inputs: ({ inputs }: TraceEntry) =>
      Object.entries(inputs)
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([name, value]) => ({ name, ...speech.input(name, value) })),
  };
}
