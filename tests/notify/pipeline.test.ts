import { describe, expect, it } from 'vitest';
import { durationMs, epochMs, hour, minute, plus, second } from '#model/brand.ts';
import { afterTry, type Circuit, closedCircuit, stateOf } from '#notify/circuit.ts';
import { nextTry } from '#notify/pipeline/retry.ts';
import { builtInTexts } from '#notify/templates.ts';
import { render, wordingOf } from '#notify/wording.ts';
import { StandWorld } from '#tests/notify/support/stand.ts';
import { fc } from '#tests/support/properties.ts';

const now = epochMs(Date.parse('2026-03-04T12:00:00Z'));

describe('when a delivery is tried again', () => {
  it('is later than now, never sooner than the receiver may ask, and never endless', () => {
    fc.assert(
      fc.property(
        fc.record({
          attempts: fc.integer({ min: 1, max: 60 }),
          lifeSafety: fc.boolean(),
          since: fc.integer({ min: 0, max: 48 * hour }),
          afterMs: fc.option(fc.integer({ min: 0, max: 2 * hour })),
          chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
        }),
        ({ afterMs, attempts, chance, lifeSafety, since }) => {
          const at = nextTry({
            attempts,
            lifeSafety,
            now,
            chance,
            since: plus(now, -since),
            afterMs: afterMs === null ? null : durationMs(afterMs),
          });
          if (at === null) return;
          const patience = Math.min(afterMs ?? 0, lifeSafety ? minute : hour);
          expect(at).toBeGreaterThan(now);
          expect(at - now).toBeGreaterThanOrEqual(patience);
          expect(at - now).toBeLessThanOrEqual(Math.max(lifeSafety ? 30 * second : 10 * minute, patience));
          expect(attempts).toBeLessThan(lifeSafety ? 40 : 15);
          expect(at - plus(now, -since)).toBeLessThanOrEqual(lifeSafety ? hour : 24 * hour);
        },
      ),
    );
  });

  it('is not given up because of what the receiver asked, when it is a matter of life', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 39 }),
        fc.integer({ min: 0, max: 59 * minute }),
        fc.integer({ min: 0, max: 24 * hour }),
        (attempts, since, afterMs) => {
          const tried = { attempts, lifeSafety: true, now, chance: 0.5, since: plus(now, -since) };
          expect(nextTry({ ...tried, afterMs: durationMs(afterMs) })).not.toBeNull();
        },
      ),
    );
  });
});

describe('a circuit', () => {
  it('opens after five failures in a row, longer each time, and closes with any answer', () => {
    let circuit: Circuit = closedCircuit;
    for (let number = 0; number < 4; number++) circuit = afterTry(circuit, false, now);
    expect(stateOf(circuit, now)).toBe('closed');
    const rests: number[] = [];
    let at = now;
    for (let number = 0; number < 6; number++) {
      circuit = afterTry(circuit, false, at);
      expect(stateOf(circuit, at)).toBe('open');
      rests.push((circuit.openUntil ?? at) - at);
      at = circuit.openUntil ?? at;
      expect(stateOf(circuit, at)).toBe('half-open');
    }
    expect(rests.map((ms) => ms / second)).toEqual([30, 60, 120, 240, 300, 300]);
    expect(afterTry(circuit, true, at)).toEqual(closedCircuit);
  });
});

describe('a template', () => {
  it.each([
    '{% include "/etc/passwd" %}',
    '{% render "x" %}',
    '{% layout "x" %}',
    '{{ title | nothing }}',
    '{% if %}',
  ])('%s is refused', (template) => {
    expect(() => render(template, { title: 'x' })).toThrow(/template/);
  });

  it('that never ends is broken off', () => {
    const endless =
      '{% for i in (1..100000000) %}{% for j in (1..100000000) %}{{ i }}{% endfor %}{% endfor %}';
    expect(() => render(endless, {})).toThrow(/template/);
  });

  it('sees nothing but its fields', () => {
    expect(render('{{ constructor }}{{ title.constructor }}{{ __proto__ }}{{ title }}', { title: 'x' })).toBe(
      'x',
    );
  });
});

describe('what is said', () => {
  it('has one line of title whatever stands in a task, and no control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (title) => {
        const world = new StandWorld();
        const task = {
          id: 't-1',
          title: { zh: title },
          place: 'b3',
          category: 'fire',
          state: 'dispatched',
          createdAt: now,
          acceptBy: null,
          handleBy: null,
        };
        const occasion = {
          kind: 'assigned' as const,
          severity: 'major' as const,
          lifeSafety: false,
          task: task as never,
          bulletin: undefined,
          others: 0,
          link: null,
        };
        for (const { body, title: said } of Object.values(
          wordingOf(occasion, false, { world, texts: builtInTexts }),
        )) {
          expect(said).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          expect(said.length).toBeLessThanOrEqual(200);
          expect(body).not.toMatch(/[^\P{Cc}\n]/u);
        }
      }),
    );
  });
});
