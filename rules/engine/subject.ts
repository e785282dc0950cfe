import type { Device } from '#model/community.ts';
import type { ModeTimeline } from '#rules/engine/holds.ts';
import type { Frame, Past } from '#rules/language/frame.ts';
import type { Rule } from '#rules/language/rule.ts';

/** A device as its rules see it. */
export interface Subject extends Past {
  readonly device: Device;
  /** Of a life-safety kind: no mode holds its alarms back. */
  readonly isLifeSafety: boolean;
  readonly modes: ModeTimeline;
  /** Puts the facts and the past of the device into the frame. */
  fill(frame: Frame): void;
}

/** A rule that loaded, in the version that it has in the store. */
export interface LoadedRule {
  readonly rule: Rule;
  readonly version: number;
}
