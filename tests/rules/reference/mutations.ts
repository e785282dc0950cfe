/** A fault that somebody could make in the engine. */
export interface Mutation {
  /** What goes wrong. */
  readonly fault: string;
  /** Below rules/engine. */
  readonly file: string;
  /** Stands there once. */
  readonly from: string;
  readonly to: string;
}

export const mutations: readonly Mutation[] = [
  {
    fault: 'a comparison is flipped: an alarm that stands is not graded by a reading that is not clear',
    file: 'condition-machine.ts',
    from: 'if (severity === null || severity === state.severity)',
    to: 'if (severity === null || severity !== state.severity)',
  },
  {
    fault: 'a comparison is off by the one moment: `for` is over a reading late',
    file: 'condition-machine.ts',
    from: 'if (reading.at - since < plan.forMs)',
    to: 'if (reading.at - since <= plan.forMs)',
  },
  {
    fault: 'a timer is forgotten: `clear-for` does not begin',
    file: 'condition-machine.ts',
    from: "phase: 'clearing', due: reading.at + plan.clearForMs }",
    to: "phase: 'clearing', due: null }",
  },
  {
    fault: 'a timer is forgotten: what fires is not watched again',
    file: 'engine.ts',
    from: 'this.#timers.watch(next.timed);',
    to: 'this.#timers.forget(next.timed);',
  },
  {
    fault: 'timers are not set again after a start',
    file: 'assignment.ts',
    from: 'holder.dormant.delete(id);\n        this.#parts.listener.began(watch);',
    to: 'holder.dormant.delete(id);\n        this.#parts.listener.ended(watch);',
  },
  {
    fault: 'a late reading is put in its place, and nothing is judged again',
    file: 'watch.ts',
    from: 'this.#runAgain(first, now, sink, observation);',
    to: '',
  },
  {
    fault: 'a late reading that conditions look up is lost',
    file: 'round.ts',
    from: 'watch.reconsider(this.#observation.at, this.now, this.#sink);',
    to: '',
  },
  {
    fault: 'a rule whose timer ran out is taken for one of which nothing stands',
    file: 'progress.ts',
    from: 'this.#company.stir(this.#place);',
    to: '',
  },
  {
    fault: 'a late reading is put into the log of rules that did not take it in yet',
    file: 'stream.ts',
    from: 'this.part(entry);\n    const index',
    to: 'const index',
  },
  {
    fault: 'what was heard while nothing else happened does not put a silence off',
    file: 'silence-machine.ts',
    from: 'at > (state.heardAt ?? at)',
    to: 'at < (state.heardAt ?? at)',
  },
  {
    fault: 'a window leaves out what lies at its beginning',
    file: 'series/window.ts',
    from: 'ordinalFrom(at - this.#lengthMs, this.#hint)',
    to: 'ordinalFrom(at - this.#lengthMs + 1, this.#hint)',
  },
  {
    fault: 'min and max keep the worse of two',
    file: 'series/extremes.ts',
    from: "which === 'min' ? isLess : isGreater",
    to: "which === 'min' ? isGreater : isLess",
  },
  {
    fault: 'min and max keep what has left the window',
    file: 'series/extremes.ts',
    from: '(this.#ordinals[this.#head] ?? from) < from',
    to: '(this.#ordinals[this.#head] ?? from) < from - 1',
  },
  {
    fault: 'running totals are not made anew behind a late reading',
    file: 'series/track.ts',
    from: 'for (const column of this.#columns) column.remake(index, this.#values);',
    to: '',
  },
  {
    fault: 'a device counts itself among the others',
    file: 'neighbours.ts',
    from: 'else if (other !== device && saidAt',
    to: 'else if (saidAt',
  },
  {
    fault: 'a late reading counts for nobody before another one said the same',
    file: 'neighbours.ts',
    from: 'track.valueOf(after) === value) to = saidAt - 1;',
    to: 'track.valueOf(after) === value) to = from - 1;',
  },
  {
    fault: 'what is usual includes today',
    file: 'series/usual.ts',
    from: 'before < day; before++',
    to: 'before <= day; before++',
  },
  {
    fault: 'an alarm of several devices ends with the first of them',
    file: 'group.ts',
    from: 'if (whole.parts.some(isStanding)) {',
    to: 'if (whole.parts.length === 0) {',
  },
  {
    fault: 'an alarm of several devices never clears',
    file: 'group.ts',
    from: 'this.#out.cleared(whole.id, clearedAt, sink);',
    to: '',
  },
  {
    fault: 'a snapshot forgets the readings',
    file: 'holder.ts',
    from: 'tracks: this.series.toJson(),',
    to: 'tracks: {},',
  },
  {
    fault: 'a snapshot forgets the states between the readings',
    file: 'watch.ts',
    from: 'states.map(([index, state]) => [index, unpackState(state)]),',
    to: '[],',
  },
  {
    fault: 'a timer that fired is not written to the snapshot',
    file: 'engine.ts',
    from: 'next.timed.fire(sink);\n      this.#memory.changed(next.timed.device);',
    to: 'next.timed.fire(sink);',
  },
  {
    fault: 'alarms of several devices are not written to the snapshot',
    file: 'engine-memory.ts',
    from: 'if (!group.isDirty) continue;',
    to: 'if (group) continue;',
  },
  {
    fault: 'a mode holds back in the moment in which it ends',
    file: 'holds.ts',
    from: 'until > at)',
    to: 'until >= at)',
  },
  {
    fault: 'a late reading is judged by the modes of now',
    file: 'holds.ts',
    from: 'this.#segments.findLast(({ from }) => (isTimer ? from < at : from <= at))',
    to: 'this.#segments.at(-1)',
  },
  {
    fault: 'silence counts time outside the hours',
    file: 'counted-time.ts',
    from: 'return this.#hours ? (this.#hours.addActive(from, lengthMs) ?? null) : from + lengthMs;',
    to: 'return from + lengthMs;',
  },
  {
    fault: 'a cadence is guessed from half as many messages',
    file: 'silence-machine.ts',
    from: 'const leastGaps = 4;',
    to: 'const leastGaps = 2;',
  },
  {
    fault: 'what was told wrongly is not taken back',
    file: 'book.ts',
    from: 'this.#owner.voice.revised(told.id, at, sink);',
    to: '',
  },
  {
    fault: 'a device that hears something is not read out before',
    file: 'intake.ts',
    from: 'receiver.changing();',
    to: '',
  },
  {
    fault: 'devices together that hear something are not read out before',
    file: 'round.ts',
    from: 'device.changing();',
    to: '',
  },
  {
    fault: 'a watch whose timer runs out is not read out before',
    file: 'watch.ts',
    from: 'if (at === null) return;\n    this.device.changing();',
    to: 'if (at === null) return;',
  },
  {
    fault: 'a watch that judges again what others said is not read out before',
    file: 'watch.ts',
    from: 'sink: Sink): void {\n    this.device.changing();\n    if (this.stream.newestAt < at) return;',
    to: 'sink: Sink): void {\n    if (this.stream.newestAt < at) return;',
  },
  {
    fault: 'a watch whose reading is corrected is not read out before',
    file: 'watch.ts',
    from: 'retract(property: string, at: number): void {\n    this.device.changing();',
    to: 'retract(property: string, at: number): void {',
  },
  {
    fault: 'a watch that begins to listen is not read out before',
    file: 'watch.ts',
    from: 'begin(at: number): void {\n    this.device.changing();',
    to: 'begin(at: number): void {',
  },
  {
    fault: 'an alarm of several devices is not read out before it changes',
    file: 'group.ts',
    from: 'this.#changing(this);',
    to: '',
  },
  {
    fault: 'nobody is read out before the configuration changes',
    file: 'engine.ts',
    from: 'this.#memory.allChanging();\n    const sink = this.#newSink(0);\n    this.#fleet.settle({',
    to: 'const sink = this.#newSink(0);\n    this.#fleet.settle({',
  },
  {
    fault: 'a downtime comes over watches that are not read out before',
    file: 'watch.ts',
    from: 'downtime(from: number, to: number): void {\n    this.device.changing();',
    to: 'downtime(from: number, to: number): void {',
  },
];
