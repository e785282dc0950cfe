import type { operations } from './schema.ts';

/** What a call answers with this status. */
export type AnswerOf<Name extends keyof operations, Status extends number = 200> = operations[Name] extends {
  responses: { [S in Status]: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

/** What one may ask of a call that reads. */
export type QueryOf<Name extends keyof operations> = NonNullable<operations[Name]['parameters']['query']>;

type ItemOf<Page> = Page extends { items: (infer Item)[] } ? Item : never;

export type Alarm = AnswerOf<'getAlarmsId'>;
export type Task = AnswerOf<'getTasksId'>;
export type Device = ItemOf<AnswerOf<'getDevices'>>;
export type Place = ItemOf<AnswerOf<'getPlaces'>>;
export type Person = ItemOf<AnswerOf<'getPeople'>>;
export type Category = ItemOf<AnswerOf<'getCategories'>>;
export type Resident = ItemOf<AnswerOf<'getResidents'>>;
export type WhoAmI = AnswerOf<'getSession'>;
export type User = WhoAmI['user'];
export type Role = User['role'];
export type Severity = Alarm['severity'];
export type TaskState = Task['state'];
/** A text in one or both languages; files may give a bare string for both. */
export type LocalText = Task['titles'];
