import { Compile } from 'typebox/compile';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { contradictionsOf } from '#device-sim/scenarios/contradictions.ts';
import {
  DeviceRole,
  DeviceStep,
  Expectation,
  PlaceRole,
  ResidentRole,
  ResidentStep,
  type Scenario,
  ScenarioSource,
  WaterStep,
} from '#device-sim/scenarios/scenario.ts';
import { parseDuration } from '#model/duration.ts';

/** One thing that is wrong with a scenario file. Line and column count from 1. */
export interface ScenarioProblem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A scenario file that does not load. The message names the file and each problem on a line of its own. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly ScenarioProblem[];

  constructor(file: string, problems: readonly ScenarioProblem[]) {
    super(
      problems
        .map(
          ({ path, line, column, message }) => `${file}:${line}:${column} ${path && `${path}: `}${message}`,
        )
        .join('\n'),
    );
    this.problems = problems;
  }
}

type Path = readonly (string | number)[];
type Complain = (path: Path, message: string) => void;

const wholeFile = Compile(ScenarioSource);
/** What stands in a union is checked by the key that tells it apart, so that the error is about what was meant. */
const parts = {
  place: Compile(PlaceRole),
  device: Compile(DeviceRole),
  resident: Compile(ResidentRole),
  deviceStep: Compile(DeviceStep),
  residentStep: Compile(ResidentStep),
  waterStep: Compile(WaterStep),
  alarm: Compile(Expectation.anyOf[0]),
  residentAlarm: Compile(Expectation.anyOf[1]),
  silence: Compile(Expectation.anyOf[2]),
} as const;

/** Reads a scenario. `file` is for the messages. Throws ScenarioError with everything that is wrong. */
export function loadScenario(text: string, file: string): Scenario {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const problems: ScenarioProblem[] = [];
  const complainAt = (offset: number, path: string, message: string): void => {
    const { line, col } = counter.linePos(offset);
    problems.push({ path, line, column: col, message });
  };
  for (const { pos, message } of document.errors)
    complainAt(pos[0], '', `YAML: ${message.split('\n', 1)[0] ?? message}`);
  if (problems.length > 0) throw new ScenarioError(file, problems);
  const given: unknown = document.toJS();
  const complain: Complain = (path, message) => complainAt(offsetOf(document, path), path.join('.'), message);
  checkParts(given, complain);
  if (problems.length === 0 && !wholeFile.Check(given)) complainAll(wholeFile.Errors(given), [], complain);
  if (problems.length === 0 && wholeFile.Check(given)) {
    contradictionsOf(given, complain);
    const lastsMs = parseDuration(given.lasts);
    if (problems.length === 0 && lastsMs !== undefined) return { id: given.scenario, source: given, lastsMs };
  }
  throw new ScenarioError(file, problems);
}

function checkParts(given: unknown, complain: Complain): void {
  if (!isRecord(given)) {
    complain([], 'a scenario is a map with scenario, lasts, roles, timeline, expect');
    return;
  }
  for (const [name, role] of Object.entries(isRecord(given['roles']) ? given['roles'] : {}))
    checkOne(
      role,
      ['roles', name],
      { place: parts.place, device: parts.device, resident: parts.resident },
      complain,
    );
  for (const [index, step] of listOf(given['timeline']).entries())
    checkOne(
      step,
      ['timeline', index],
      { device: parts.deviceStep, resident: parts.residentStep, home: parts.waterStep },
      complain,
    );
  for (const [index, expected] of listOf(given['expect']).entries())
    checkOne(
      expected,
      ['expect', index],
      { device: parts.alarm, resident: parts.residentAlarm, silent: parts.silence },
      complain,
    );
}

interface Check {
  Check(value: unknown): boolean;
  Errors(value: unknown): SchemaErrors;
}
type SchemaErrors = ReturnType<typeof wholeFile.Errors>;

function checkOne(
  part: unknown,
  path: Path,
  kinds: Readonly<Record<string, Check>>,
  complain: Complain,
): void {
  const kind = isRecord(part) ? Object.keys(kinds).find((key) => key in part) : undefined;
  const check = kind === undefined ? undefined : kinds[kind];
  if (check === undefined) complain(path, `has one of the keys ${Object.keys(kinds).join(', ')}`);
  else if (!check.Check(part)) complainAll(check.Errors(part), path, complain);
}

function complainAll(errors: SchemaErrors, path: Path, complain: Complain): void {
  for (const error of errors) {
    const below = error.instancePath.split('/').slice(1);
    if (error.keyword === 'additionalProperties')
      for (const name of error.params.additionalProperties)
        complain([...path, ...below, name], 'is not known here');
    else if (error.keyword === 'required')
      for (const name of error.params.requiredProperties) complain([...path, ...below], `lacks ${name}`);
    else if (error.keyword === 'enum')
      complain([...path, ...below], `must be one of ${error.params.allowedValues.join(', ')}`);
    // What a union or a closed object says again without a name.
    else if (error.keyword !== 'boolean' && error.keyword !== 'anyOf')
      complain([...path, ...below], error.message);
  }
}

/** Where the nearest part of the path that exists stands. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range[0] ?? 0;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
