/** A nominal type over a plain one: keeps a place's id from being passed where a device's is meant. */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type CommunityId = Brand<string, 'CommunityId'>;
export type PlaceId = Brand<string, 'PlaceId'>;
export type PersonId = Brand<string, 'PersonId'>;
export type ResidentId = Brand<string, 'ResidentId'>;
export type DeviceId = Brand<string, 'DeviceId'>;
export type RuleId = Brand<string, 'RuleId'>;
export type AlarmId = Brand<string, 'AlarmId'>;
export type TaskId = Brand<string, 'TaskId'>;

/** Position of a record in the inbox: 1, 2, 3 … without gaps. */
export type Position = Brand<number, 'Position'>;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Brand<number, 'EpochMs'>;
/** A length of time in milliseconds. */
export type DurationMs = Brand<number, 'DurationMs'>;

export const epochMs = (value: number): EpochMs => value as EpochMs;
export const durationMs = (value: number): DurationMs => value as DurationMs;
export const position = (value: number): Position => value as Position;

export const second = durationMs(1_000);
export const minute = durationMs(60_000);
export const hour = durationMs(3_600_000);
export const day = durationMs(86_400_000);

export const plus = (at: EpochMs, length: number): EpochMs => epochMs(at + length);
