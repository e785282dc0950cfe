import { type Role, roles } from '#model/role.ts';

/** Who may call a route. `open`: without an account; `signed-in`: every role; `device`: a device's token, and no account's; `operator`: only the socket. */
export interface RouteRow {
  readonly route: string;
  readonly roles: 'open' | 'device' | 'signed-in' | 'operator' | readonly Role[];
  /** For the roles that may, where it is about a thing or a body of the sample community. */
  readonly url?: string;
  readonly body?: unknown;
}

const all = (...without: Role[]): readonly Role[] => roles.filter((role) => !without.includes(role));
const admin: readonly Role[] = ['admin'];
const managers: readonly Role[] = ['admin', 'property-manager'];
const planners: readonly Role[] = ['admin', 'property-manager', 'grid-leader'];
const leaders: readonly Role[] = ['grid-leader', 'community-duty', 'street-duty'];
const overseers: readonly Role[] = [...managers, ...leaders, 'auditor'];
const residents: readonly Role[] = [...managers, 'care-staff', ...leaders];

/** Written down beside the code, so that a change of rights is a change of this table. */
export const routeTable: readonly RouteRow[] = [
  { route: 'GET /health/live', roles: 'open' },
  { route: 'GET /health/ready', roles: 'open' },
  { route: 'GET /metrics', roles: 'open' },
  { route: 'GET /api/openapi.json', roles: 'open' },
  { route: 'GET /api/docs', roles: 'open' },
  { route: 'GET /api/docs/errors', roles: 'open' },

  { route: 'GET /api/v1/ingest/hikvision', roles: 'device' },
  { route: 'POST /api/v1/ingest/hikvision', roles: 'device' },
  { route: 'GET /api/v1/ingest/hikvision/:device/:token', roles: 'device' },
  { route: 'POST /api/v1/ingest/hikvision/:device/:token', roles: 'device' },

  { route: 'GET /api/v1/flows', roles: admin },
  { route: 'POST /api/v1/flows/start', roles: admin },
  { route: 'POST /api/v1/flows/stop', roles: admin },
  { route: 'POST /api/v1/flows/safe-mode', roles: admin },
  { route: 'GET /api/v1/flows/versions', roles: admin },
  { route: 'GET /api/v1/flows/versions/:id', roles: admin },
  { route: 'POST /api/v1/flows/versions/:id/put-back', roles: admin },

  { route: 'POST /api/v1/session', roles: 'open' },
  { route: 'GET /api/v1/session', roles: 'signed-in' },
  { route: 'DELETE /api/v1/session', roles: 'signed-in' },
  { route: 'POST /api/v1/import', roles: admin },
  { route: 'GET /api/v1/export', roles: admin },

  { route: 'GET /api/v1/places', roles: all('volunteer') },
  { route: 'GET /api/v1/places/:id', roles: all('volunteer'), url: '/api/v1/places/b3' },
  { route: 'POST /api/v1/places', roles: admin },
  { route: 'PATCH /api/v1/places/:id', roles: admin },
  { route: 'DELETE /api/v1/places/:id', roles: admin },

  { route: 'GET /api/v1/people', roles: all('volunteer') },
  { route: 'GET /api/v1/people/:id', roles: all('volunteer'), url: '/api/v1/people/p-worker' },
  { route: 'POST /api/v1/people', roles: admin },
  { route: 'PATCH /api/v1/people/:id', roles: admin },
  { route: 'DELETE /api/v1/people/:id', roles: admin },

  { route: 'GET /api/v1/residents', roles: [...residents, 'grid-worker'] },
  { route: 'GET /api/v1/residents/:id', roles: [...residents, 'grid-worker'] },
  { route: 'POST /api/v1/residents', roles: [...managers, 'care-staff'] },
  { route: 'PATCH /api/v1/residents/:id', roles: [...managers, 'care-staff'] },
  { route: 'DELETE /api/v1/residents/:id', roles: [...managers, 'care-staff'] },

  { route: 'GET /api/v1/rosters', roles: all('volunteer') },
  { route: 'GET /api/v1/rosters/:id', roles: all('volunteer') },
  { route: 'POST /api/v1/rosters', roles: planners },
  { route: 'PATCH /api/v1/rosters/:id', roles: planners },
  { route: 'DELETE /api/v1/rosters/:id', roles: planners },

  { route: 'GET /api/v1/categories', roles: 'signed-in' },
  { route: 'GET /api/v1/categories/:id', roles: 'signed-in' },
  { route: 'POST /api/v1/categories', roles: admin },
  { route: 'PATCH /api/v1/categories/:id', roles: admin },
  { route: 'DELETE /api/v1/categories/:id', roles: admin },

  { route: 'GET /api/v1/mappings', roles: managers },
  { route: 'GET /api/v1/mappings/:id', roles: managers },
  { route: 'POST /api/v1/mappings', roles: admin },
  { route: 'PATCH /api/v1/mappings/:id', roles: admin },
  { route: 'DELETE /api/v1/mappings/:id', roles: admin },
  { route: 'POST /api/v1/mappings/try', roles: managers },
  { route: 'POST /api/v1/mappings/suggest', roles: managers },

  { route: 'GET /api/v1/users', roles: admin },
  { route: 'GET /api/v1/users/:id', roles: admin },
  { route: 'POST /api/v1/users', roles: admin },
  { route: 'PATCH /api/v1/users/:id', roles: admin },
  { route: 'DELETE /api/v1/users/:id', roles: admin },

  { route: 'GET /api/v1/devices', roles: all('volunteer') },
  { route: 'GET /api/v1/devices/:id', roles: all('volunteer'), url: '/api/v1/devices/smoke-b3-05' },
  { route: 'POST /api/v1/devices', roles: managers },
  { route: 'PATCH /api/v1/devices/:id', roles: managers },
  { route: 'DELETE /api/v1/devices/:id', roles: managers },
  { route: 'POST /api/v1/devices/:id/rotate-token', roles: managers },
  {
    route: 'POST /api/v1/devices/:id/command',
    roles: [...managers, 'community-duty'],
    url: '/api/v1/devices/smoke-b3-05/command',
    body: { command: 'siren' },
  },
  {
    route: 'GET /api/v1/devices/:id/commands',
    roles: [...managers, 'community-duty', 'auditor'],
    url: '/api/v1/devices/smoke-b3-05/commands',
  },
  {
    route: 'POST /api/v1/devices/:id/command/confirmation',
    roles: [...managers, 'community-duty'],
    url: '/api/v1/devices/smoke-b3-05/command/confirmation',
    body: { command: 'unlock', reason: 'fire' },
  },
  { route: 'GET /api/v1/device-commands', roles: [...managers, 'community-duty', 'auditor'] },
  { route: 'GET /api/v1/devices/:id/commands/:commandId', roles: [...managers, 'community-duty', 'auditor'] },
  { route: 'DELETE /api/v1/devices/:id/commands/:commandId', roles: [...managers, 'community-duty'] },
  { route: 'GET /api/v1/catalogue', roles: 'signed-in' },
  { route: 'GET /api/v1/devices/unclaimed', roles: all('volunteer') },
  { route: 'POST /api/v1/devices/:id/claim', roles: managers },
  { route: 'POST /api/v1/devices/claims', roles: managers },
  { route: 'POST /api/v1/devices/:id/replace', roles: managers, url: '/api/v1/devices/smoke-b3-05/replace' },
  { route: 'POST /api/v1/devices/:id/retire', roles: managers, url: '/api/v1/devices/smoke-b3-05/retire' },
  { route: 'POST /api/v1/devices/:id/go-live', roles: managers, url: '/api/v1/devices/smoke-b3-05/go-live' },
  {
    route: 'POST /api/v1/devices/:id/put-back',
    roles: managers,
    url: '/api/v1/devices/smoke-b3-05/put-back',
  },
  { route: 'GET /api/v1/gateways', roles: all('volunteer') },
  { route: 'GET /api/v1/gateways/:id', roles: all('volunteer') },
  { route: 'POST /api/v1/gateways', roles: managers },
  { route: 'PATCH /api/v1/gateways/:id', roles: managers },
  { route: 'DELETE /api/v1/gateways/:id', roles: managers },
  { route: 'POST /api/v1/gateways/check-topic', roles: managers },
  { route: 'GET /api/v1/dialects', roles: 'signed-in' },
  { route: 'GET /api/v1/devices/counts', roles: all('volunteer') },
  { route: 'GET /api/v1/devices/:id/latest', roles: all('volunteer') },
  {
    route: 'GET /api/v1/devices/:id/readings',
    roles: all('volunteer'),
    url: '/api/v1/devices/smoke-b3-05/readings?property=smoke',
  },
  { route: 'GET /api/v1/history', roles: admin },
  { route: 'GET /api/v1/history/storage', roles: admin },
  { route: 'POST /api/v1/history/rebuild', roles: admin },
  { route: 'POST /api/v1/history/compact', roles: admin },
  { route: 'POST /api/v1/history/erasures', roles: admin },
  {
    route: 'GET /api/v1/places/:id/heat',
    roles: all('volunteer'),
    url: '/api/v1/places/b3/heat?property=smoke',
  },
  {
    route: 'GET /api/v1/places/:id/properties',
    roles: all('volunteer'),
    url: '/api/v1/places/b3/properties',
  },
  { route: 'GET /api/v1/readings/export', roles: all('volunteer') },
  { route: 'GET /api/v1/exports', roles: all('volunteer') },
  { route: 'GET /api/v1/exports/:id', roles: all('volunteer') },

  { route: 'GET /api/v1/modes', roles: all('volunteer') },
  {
    route: 'PUT /api/v1/modes',
    roles: [...planners, 'care-staff'],
    body: { target: 'b3', mode: 'maintenance' },
  },
  {
    route: 'DELETE /api/v1/modes',
    roles: [...planners, 'care-staff'],
    url: '/api/v1/modes?target=b3&mode=drill',
  },
  { route: 'GET /api/v1/coverage', roles: overseers },

  { route: 'GET /api/v1/overview', roles: all('volunteer') },
  { route: 'GET /api/v1/readings/feed', roles: all('volunteer') },
  { route: 'GET /api/v1/alarms/feed', roles: all('volunteer') },
  { route: 'GET /api/v1/tasks/feed', roles: 'signed-in' },
  { route: 'GET /api/v1/alarms', roles: all('volunteer') },
  { route: 'GET /api/v1/alarms/:id', roles: all('volunteer') },
  { route: 'POST /api/v1/alarms', roles: residents },
  { route: 'POST /api/v1/bulletins', roles: residents },
  { route: 'POST /api/v1/alarms/clear', roles: residents },
  { route: 'POST /api/v1/alarms/:id/acknowledge', roles: all('volunteer', 'auditor') },
  {
    route: 'POST /api/v1/alarms/:id/dispose',
    roles: all('volunteer', 'auditor'),
    body: { disposition: 'genuine' },
  },

  { route: 'GET /api/v1/preferences', roles: 'signed-in' },
  { route: 'PATCH /api/v1/preferences', roles: 'signed-in', body: { language: 'en' } },
  {
    route: 'POST /api/v1/push-subscriptions',
    roles: 'signed-in',
    body: { endpoint: 'https://push.example/1', keys: { p256dh: 'B'.repeat(87), auth: 'A'.repeat(22) } },
  },
  {
    route: 'DELETE /api/v1/push-subscriptions',
    roles: 'signed-in',
    body: { endpoint: 'https://push.example/1' },
  },
  { route: 'GET /api/v1/outbox', roles: 'signed-in' },
  { route: 'POST /api/v1/outbox/replay', roles: admin, body: { ids: [1] } },
  { route: 'GET /api/v1/channels', roles: overseers },
  { route: 'POST /api/v1/channels/:id/test', roles: admin, body: { person: 'p-worker' } },
  { route: 'GET /api/v1/silences', roles: all('volunteer') },
  {
    route: 'POST /api/v1/silences',
    roles: [...managers, ...leaders],
    body: { matcher: { place: 'b3' }, until: '2026-01-01T08:00:00Z', reason: 'works' },
  },
  { route: 'DELETE /api/v1/silences/:id', roles: [...managers, ...leaders] },
  { route: 'GET /api/v1/links/:token', roles: 'open' },
  { route: 'POST /api/v1/links/:token', roles: 'open' },

  { route: 'GET /api/v1/tasks', roles: 'signed-in' },
  { route: 'GET /api/v1/tasks/counts', roles: 'signed-in' },
  { route: 'GET /api/v1/tasks/:id', roles: 'signed-in' },
  { route: 'GET /api/v1/tasks/:id/alarms', roles: 'signed-in' },
  { route: 'GET /api/v1/tasks/:id/candidates', roles: all('auditor') },
  {
    route: 'POST /api/v1/tasks',
    roles: all('volunteer', 'auditor'),
    body: { category: 'facilities', title: 'x', place: 'b3' },
  },
  { route: 'GET /api/v1/tasks/:id/photos', roles: 'signed-in' },
  {
    route: 'GET /api/v1/tasks/:id/photos/:photo',
    roles: 'signed-in',
    url: `/api/v1/tasks/nothing/photos/${'0'.repeat(32)}`,
  },
  { route: 'GET /api/v1/tasks/:id/similar', roles: 'signed-in' },
  { route: 'POST /api/v1/tasks/:id/evidence', roles: all('auditor') },
  {
    route: 'POST /api/v1/tasks/:id/:action',
    roles: all('auditor'),
    url: '/api/v1/tasks/nothing/accept',
    body: { version: 1 },
  },
  { route: 'POST /api/v1/tasks/:id/on-my-way', roles: all('auditor'), body: { minutes: 5 } },
  { route: 'POST /api/v1/tasks/:id/resident-answer', roles: all('auditor'), body: { outcome: 'well' } },
  { route: 'GET /api/v1/task-transitions', roles: 'signed-in' },
  { route: 'GET /api/v1/workload', roles: 'signed-in' },
  { route: 'GET /api/v1/public/indicators', roles: 'open' },
  { route: 'GET /api/v1/indicators', roles: [...overseers, 'care-staff'] },
  {
    route: 'GET /api/v1/summaries/:kind',
    roles: [...overseers, 'care-staff'],
    url: '/api/v1/summaries/daily',
  },

  { route: 'GET /api/v1/reports/form', roles: 'open' },
  { route: 'POST /api/v1/reports/photos', roles: 'open' },
  { route: 'POST /api/v1/reports', roles: 'open' },
  { route: 'GET /api/v1/reports/place-codes', roles: managers },
  { route: 'GET /api/v1/track/:code', roles: 'open' },
  { route: 'GET /api/v1/track/:code/photos/:photo', roles: 'open' },
  { route: 'POST /api/v1/track/:code/evaluate', roles: 'open' },
  { route: 'POST /api/v1/track/:code/reopen', roles: 'open' },

  { route: 'GET /api/v1/rules', roles: [...overseers, 'care-staff'] },
  { route: 'GET /api/v1/rules/:id', roles: [...overseers, 'care-staff'] },
  // Of a whole installation: the property manager of the sample community is bound to a grid.
  { route: 'PUT /api/v1/rules/:id', roles: admin, body: {} },
  { route: 'PATCH /api/v1/rules/:id', roles: admin, body: { enabled: true } },
  { route: 'PUT /api/v1/rules', roles: admin, body: { rules: [] } },
  { route: 'DELETE /api/v1/rules', roles: admin },
  { route: 'DELETE /api/v1/rules/:id', roles: admin },
  { route: 'POST /api/v1/rules/check', roles: admin, body: { text: 'rules: []' } },
  { route: 'GET /api/v1/rules/files', roles: [...overseers, 'care-staff'] },
  { route: 'GET /api/v1/rules/language', roles: [...overseers, 'care-staff'] },
  { route: 'GET /api/v1/rules/:id/versions', roles: [...overseers, 'care-staff'] },
  {
    route: 'GET /api/v1/rules/:id/trace',
    roles: [...overseers, 'care-staff'],
    url: '/api/v1/rules/nothing/trace?device=smoke-b3-05',
  },

  { route: 'POST /api/v1/rules/:id/backtest', roles: admin },

  { route: 'GET /api/v1/stream', roles: 'signed-in' },
  { route: 'GET /api/v1/quarantine', roles: [...managers, 'auditor'] },
  { route: 'GET /api/v1/quarantine/groups', roles: [...managers, 'auditor'] },
  { route: 'POST /api/v1/quarantine/replay', roles: admin, body: { ids: [] } },
  { route: 'POST /api/v1/quarantine/discard', roles: admin, body: { ids: [] } },
  { route: 'GET /api/v1/audit', roles: ['admin', 'auditor'] },
  { route: 'GET /api/v1/tokens', roles: admin },
  { route: 'POST /api/v1/tokens', roles: admin },
  { route: 'DELETE /api/v1/tokens/:id', roles: admin },
  { route: 'GET /api/v1/clock', roles: 'signed-in' },
  { route: 'POST /api/v1/clock/advance', roles: admin },
  { route: 'GET /api/v1/listeners', roles: managers },
  { route: 'POST /api/v1/replay-credentials', roles: 'operator' },
];
