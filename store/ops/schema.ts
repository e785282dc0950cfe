import type { Generated, GeneratedAlways } from 'kysely';

/** The tables that Kysely queries; store/ops/migrations/ makes them and says what each is for. */
export interface OpsSchema {
  resources: StoredTable & { resource: string; place: GeneratedAlways<string | null> };
  accounts: StoredTable;
  api_tokens: StoredTable & { token_hash: GeneratedAlways<string> };
  credentials: StoredTable & { token_hash: GeneratedAlways<string> };
  alarms: {
    seq: Generated<number>;
    id: string;
    body: string;
    rule: GeneratedAlways<string>;
    device: GeneratedAlways<string>;
    place: GeneratedAlways<string>;
    severity: GeneratedAlways<string>;
    state: GeneratedAlways<string>;
    ack: GeneratedAlways<number>;
    started_at: GeneratedAlways<number>;
  };
  tasks: {
    seq: Generated<number>;
    id: string;
    body: string;
    state: GeneratedAlways<string>;
    category: GeneratedAlways<string>;
    place: GeneratedAlways<string>;
    assignee: GeneratedAlways<string | null>;
    rule: GeneratedAlways<string | null>;
    key: GeneratedAlways<string | null>;
    accept_by: GeneratedAlways<number | null>;
    handle_by: GeneratedAlways<number | null>;
    verify_by: GeneratedAlways<number | null>;
    close_by: GeneratedAlways<number | null>;
    open: GeneratedAlways<number>;
  };
  task_milestones: {
    seq: number;
    task: string;
    category: string;
    place: string;
    severity: string;
    state: string;
    assignee: string | null;
    rule: string | null;
    created_at: number;
    filed_at: number | null;
    dispatched_at: number | null;
    accepted_at: number | null;
    handled_at: number | null;
    closed_at: number | null;
    ended_at: number | null;
    reopened_at: number | null;
    reworks: number;
    suspensions: number;
    work_ms: number;
    due_at: number | null;
    in_time: GeneratedAlways<number | null>;
    verify_at: number | null;
    check_at: number | null;
    rated_at: number | null;
    rating: number | null;
  };
  quarantine: {
    id: Generated<number>;
    device: string;
    received_at: number;
    position: number;
    topic: string;
    dialect: string;
    reason: string;
    property: string | null;
    detail: string;
    payload: Uint8Array;
    replayed_at: number | null;
    discarded_at: number | null;
  };
  audit: {
    seq: Generated<number>;
    at: number;
    actor: string;
    action: string;
    target: string;
    detail: string | null;
  };
}

/** `body` is null where the resource was deleted: its version goes on counting when it comes back. */
interface StoredTable {
  id: string;
  version: number;
  body: string | null;
  updated_at: number;
}
