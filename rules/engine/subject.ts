import type { Device } from '#model/community.ts';
import type { Glance } from '#rules/engine/glance.ts';
import type { Home } from '#rules/engine/habits/home.ts';
import type { ModeTimeline } from '#rules/engine/holds.ts';
import type { RuleTally } from '#rules/engine/rule-counts.ts';
import type { Frame, Past } from '#rules/language/frame.ts';
import type { Rule } from '#rules/language/rule.ts';

/** Whom a rule is judged for: a device, a part of what it says, or several devices together. */
export interface Subject extends Past {
  /** Names it in alarms: the device's id, `DEVICE/VALUE` of a part, the place's or resident's id of several. */
  readonly key: string;
  /** Names its state in the snapshot. */
  readonly id: string;
  /** The device; of several the one that was heard last. */
  readonly device: Device;
  /** Of a life-safety kind: no mode holds its alarms back. */
  readonly isLifeSafety: boolean;
  readonly modes: ModeTimeline;
  /** Of a resident: what is known of how that person lives. */
  readonly home: Home | undefined;
  /** Its state has to be written. */
  isDirty: boolean;
  /** To be called before anything of it changes. */
  changing(): void;
  /**
   * From when on all that the rule looks up is known as it was then, epoch ms; of what is older some may be forgotten by
   * `now`.
   */
  knownSince(rule: Rule, now: number): number;
  /** Puts the facts and the past of the device into the frame. */
  fill(frame: Frame): void;
}

/** A rule wants to judge again. */
export interface AskedAgain {
  /** The rule's. */
  readonly latenessMs: number;
  /** Up to when time has passed, epoch ms. */
  readonly now: number;
}

/** A rule that loaded, in the version that it has in the store. */
export interface LoadedRule {
  readonly rule: Rule;
  readonly version: number;
  readonly tally: RuleTally;
  /** Null: none is enough. */
  readonly glance: Glance | null;
}
