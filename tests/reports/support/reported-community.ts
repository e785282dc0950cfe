import sharp from 'sharp';
import { expect } from 'vitest';
import { type Answer, ApiClient } from '#tests/flow/support/api-client.ts';
import { community } from '#tests/flow/support/community.ts';
import { type PlatformOptions, RunningPlatform } from '#tests/flow/support/running-platform.ts';

export interface Reported {
  readonly code: string;
  readonly task?: string;
  readonly similar?: readonly string[];
}
export interface TaskView {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly assignee: string | null;
  readonly also: readonly string[];
  readonly titles: Record<string, string>;
  readonly evidence: readonly string[];
  readonly revisit: string | null;
  readonly revisitOf: string | null;
  readonly report: {
    words: string | null;
    contact: string | null;
    channel: string;
    by: string | null;
  } | null;
  readonly history: readonly { action: string; actor: string; from: string | null; to: string }[];
}

/** A photo as a phone makes it, with the place where it was taken. */
export const photoWithPlace = (colour = '#7a4'): Promise<Buffer> =>
  sharp({ create: { width: 320, height: 200, channels: 3, background: colour } })
    .jpeg()
    .withExif({
      IFD0: { Make: 'Tattletale' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '30/1 40/1 12/1' },
    })
    .toBuffer();

/** The real platform with a community, and everybody who takes part in a report. */
export class ReportedCommunity implements AsyncDisposable {
  readonly platform: RunningPlatform;
  readonly base: string;
  readonly admin: ApiClient;
  readonly resident: ApiClient;

  private constructor(platform: RunningPlatform, admin: ApiClient) {
    this.platform = platform;
    this.admin = admin;
    this.base = `http://127.0.0.1:${platform.ready.http}`;
    this.resident = new ApiClient(this.base, null);
  }

  static async start(options: PlatformOptions): Promise<ReportedCommunity> {
    const platform = await RunningPlatform.start(options);
    const admin = await ApiClient.signIn(platform);
    const imported = await admin.post('/api/v1/import', community);
    expect(imported.status, JSON.stringify(imported.body)).toBe(200);
    return new ReportedCommunity(platform, admin);
  }

  as(person: string): Promise<ApiClient> {
    return ApiClient.signIn(this.platform, person, `${person.split('-')[1]}-password`);
  }

  report(
    body: object = {},
  ): Promise<Answer<Reported & { code: string; standing?: unknown; detail?: string }>> {
    return this.resident.post('/api/v1/reports', {
      category: 'facilities',
      place: 'b3',
      words: '三楼的灯不亮',
      ...body,
    });
  }

  /** Sends bytes as they are. */
  async upload(path: string, photo: Uint8Array, token?: string): Promise<Answer<{ id: string }>> {
    const response = await fetch(`${this.base}/api/v1${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'image/jpeg',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: new Uint8Array(photo),
    });
    return { status: response.status, body: (await response.json()) as { id: string } };
  }

  async task(id: string, client: ApiClient = this.admin): Promise<TaskView> {
    const { body, status } = await client.get<TaskView>(`/api/v1/tasks/${id}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  }

  /** The only task that somebody reported, as the admin sees it. */
  async onlyReport(): Promise<TaskView> {
    const tasks = await this.admin.all<TaskView>('/api/v1/tasks');
    const reports = tasks.filter(({ report }) => report !== null);
    expect(reports).toHaveLength(1);
    const [first] = reports;
    if (!first) throw new Error('nobody reported anything');
    return first;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.platform.kill();
  }
}
