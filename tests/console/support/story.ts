import { ApiClient, until } from '#tests/flow/support/api-client.ts';
import { airMapping } from '#tests/support/sample-mapping.ts';
import { accountOf, type LivedInCommunity, type Part } from './lived-in-community.ts';

export interface TaskView {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly category: string;
  readonly assignee: string | null;
}

/** Somebody of the cast at the API. */
export const callerOf = (community: LivedInCommunity, part: Part): Promise<ApiClient> => {
  const { password, username } = accountOf(part);
  return ApiClient.signIn(community.platform, username, password);
};

/** The task that an alarm of this kind led to, once it is there. */
export async function taskOf(community: LivedInCommunity, category: string): Promise<TaskView> {
  const tasks = await until(
    () => community.admin.all<TaskView>(`/api/v1/tasks?category=${category}`),
    (found) => found.length > 0,
  );
  const [newest] = tasks;
  if (!newest) throw new Error('no task');
  return newest;
}

/** Takes the task on its way, step by step. */
export async function act(
  community: LivedInCommunity,
  { id }: TaskView,
  steps: readonly (readonly [Part, string])[],
): Promise<void> {
  for (const [part, action] of steps) {
    const caller = await callerOf(community, part);
    const { body } = await caller.get<TaskView>(`/api/v1/tasks/${id}`);
    const answer = await caller.post(`/api/v1/tasks/${id}/${action}`, {
      version: body.version,
      comment: '看过了 seen to',
    });
    if (answer.status !== 200) throw new Error(`${action}: ${JSON.stringify(answer.body)}`);
  }
}

interface Weather {
  readonly ts: number;
  readonly values: { readonly temperature: number; readonly humidity: number };
}

/** Half a day of weather, oldest first: each half hour a value, the newest now. */
export function weatherOfADay(now: number): readonly Weather[] {
  return Array.from({ length: 25 }, (_, index) => ({
    ts: now - (24 - index) * 1_800_000,
    values: { temperature: 14 + index / 4, humidity: 70 - index },
  }));
}

/**
 * So that no page is empty: weather, something that could not be read, a leak that was seen to and closed, a fall under
 * way, smoke that nobody has answered yet.
 */
export async function tellStory(community: LivedInCommunity): Promise<void> {
  await community.admin.post('/api/v1/mappings', airMapping);
  await community.publish('air-g1-garage', weatherOfADay(Date.now()));
  await community.publish('watch-b3-0301', { 'heart-rate': 71, spo2: 97, battery: 64 });
  await community.publish('lift-b3', { temperature: 'warm', 'no such property': [1] });
  await community.publish('leak-g1-garage', { 'water-leak': true });
  await act(community, await taskOf(community, 'facilities'), [
    ['property-manager', 'accept'],
    ['property-manager', 'start'],
    ['property-manager', 'feedback'],
    ['grid-leader', 'close'],
  ]);
  await community.publish('radar-b3-0502', { fall: true, 'fall-confirmed': true });
  await act(community, await taskOf(community, 'elderly-care'), [
    ['care-staff', 'accept'],
    ['care-staff', 'start'],
  ]);
  await community.publish('smoke-b3-0502', { smoke: true, temperature: 41.5, battery: 88 });
  await taskOf(community, 'fire');
}
