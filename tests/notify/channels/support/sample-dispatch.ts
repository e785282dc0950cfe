import type { PersonId, PlaceId, TaskId } from '#model/brand.ts';
import type { Dispatch, Recipient } from '#notify/channel.ts';
import { now } from '#tests/notify/channels/support/channel-tools.ts';

export const zhou: Recipient = {
  person: 'w-zhou' as PersonId,
  name: '周敏',
  language: 'zh',
  email: 'zhou@example.org',
  phone: '+86 138-0000-1111',
  wecom: 'zhoumin',
  dingtalk: 'manager7675',
  feishu: 'ou_18eac85d35a26f989317ad4f02e8bbbb',
  pushSubscriptions: [],
};

export function sampleDispatch(changes: Partial<Dispatch> = {}): Dispatch {
  return {
    delivery: 7,
    key: 't-1:3:0/email'.replace('/', '.'),
    at: now,
    attempt: 1,
    kind: 'assigned',
    severity: 'critical',
    lifeSafety: true,
    task: 't-1' as TaskId,
    category: 'fire',
    place: 'b3' as PlaceId,
    recipient: zhou,
    text: {
      zh: { title: '【特急】新任务：3号楼 烟感报警', body: '地点：第一网格 3号楼\n类别：消防' },
      en: {
        title: '[Critical] New task: Smoke at building 3',
        body: 'Place: Grid 1, building 3\nCategory: Fire',
      },
    },
    link: 'https://grid.example.org/api/v1/links/abcdefghijklmnopqrstuv',
    fields: { title: '3号楼 烟感报警', placeName: '第一网格 3号楼', severityName: '特急' },
    ...changes,
  };
}

/** The sample with other words, the same in both languages. */
export const saying = (title: string, body = '', changes: Partial<Dispatch> = {}): Dispatch =>
  sampleDispatch({ text: { zh: { title, body }, en: { title, body } }, ...changes });
