import type { Health } from '#app/health.ts';
import type { WentBack } from '#app/history/handover.ts';
import { hour } from '#model/brand.ts';

/** Words for whoever looks after the platform. */
export interface BothWords {
  readonly zh: string;
  readonly en: string;
}

/** Something of Gridbell's own that does not work. */
export interface Fault {
  /** Stable: what stands under the same code is the same fault. */
  readonly code: string;
  readonly title: BothWords;
  /** What to do. */
  readonly remedy: BothWords;
  /** What is known of it, for operators, in English; no secret. */
  readonly detail: string;
  /** How long it has to stand before anybody is told: what passes by itself wakes nobody. */
  readonly afterMs: number;
}

/** What is looked at, besides the checks of `/health/ready`. */
export interface Observed {
  readonly health: Health;
  /** Channels that were given up for a while. */
  readonly brokenChannels: readonly { readonly id: string; readonly openUntil: string | null }[];
  readonly freeBytes: number | null;
  readonly reserveBytes: number;
  /** An InfluxDB that lost what it had acknowledged, and for how long that is known; null: none did. */
  readonly wentBack: (Pick<WentBack, 'again' | 'lost'> & { readonly sinceMs: number }) | null;
  /** Since when records wait and none was processed; null: it goes on. */
  readonly standsStillMs: number | null;
}

/** Four times what is kept back: there is time to make room before only what is vital is written. */
const lowDisk = 4;
/** docs of the domain: our own failure is signalled within 100 s, with time for a channel that hangs. */
const usualMs = 15_000;

const texts = {
  broker: [
    { zh: '设备接入服务未运行', en: 'Devices cannot connect' },
    { zh: '查看日志并重启网格铃', en: 'See the log, and restart Gridbell' },
  ],
  inbox: [
    { zh: '磁盘写入受限，消息可能未被确认', en: 'Messages are not written to the disk' },
    {
      zh: '立即清理磁盘空间或检查磁盘；若因历史库积压，请恢复历史库',
      en: 'Make room on the disk now, or check it; where readings wait for history, bring that back',
    },
  ],
  engine: [
    { zh: '规则处理已停止或落后', en: 'Rules have stopped, or are behind' },
    {
      zh: '告警可能未产生，请派人值守；查看日志并重启',
      en: 'Alarms may be missing, so watch by hand; see the log and restart',
    },
  ],
  history: [
    { zh: '历史数据存储落后', en: 'Readings are not stored for later' },
    { zh: '检查磁盘；告警不受影响', en: 'Check the disk; alarms are not concerned' },
  ],
  threads: [
    { zh: '内部线程无响应', en: 'A part of Gridbell does not answer' },
    { zh: '若不恢复请重启，并检查机器负载', en: 'Restart if it stays so; look at the load of the machine' },
  ],
  flows: [
    {
      zh: '流程反复崩溃，或因磁盘将满而等待',
      en: 'Flows crash again and again, or wait for room on the disk',
    },
    {
      zh: '在流程编辑器中检查并重新部署，或清理磁盘空间；告警不受影响',
      en: 'Look at them in the editor, mend and deploy, or make room on the disk; alarms are not concerned',
    },
  ],
  clock: [
    { zh: '系统时钟不正确', en: 'The clock of the machine is wrong' },
    { zh: '校准时钟并启用 NTP', en: 'Set it right, and let NTP keep it so' },
  ],
} as const satisfies Record<string, readonly [BothWords, BothWords]>;

const isKnown = (check: string): check is keyof typeof texts => Object.hasOwn(texts, check);

/** What is wrong now, what concerns alarms first. */
export function faultsOf({
  brokenChannels,
  freeBytes,
  health,
  reserveBytes,
  standsStillMs,
  wentBack,
}: Observed): readonly Fault[] {
  const checks = Object.entries(health.checks).flatMap(([check, { detail, ok }]): readonly Fault[] => {
    if (ok || !isKnown(check)) return [];
    const [title, remedy] = texts[check];
    return [{ code: check, title, remedy, detail, afterMs: usualMs }];
  });
  const [title, remedy] = texts.engine;
  const stopped: readonly Fault[] =
    standsStillMs === null || checks.some(({ code }) => code === 'engine')
      ? []
      : [
          {
            code: 'engine',
            title,
            remedy,
            detail: `records wait, and none was processed for ${Math.round(standsStillMs / 1_000)} s`,
            afterMs: 0,
          },
        ];
  return [
    ...checks,
    ...stopped,
    ...lowDiskOf(freeBytes, reserveBytes),
    ...wentBackOf(wentBack),
    ...brokenChannels.map(channelFault),
  ];
}

/** It is told for so long: there is nothing to mend by which it would end. */
const wentBackForMs = hour;

const wentBackOf = (wentBack: Observed['wentBack']): readonly Fault[] =>
  wentBack === null || wentBack.sinceMs > wentBackForMs
    ? []
    : [
        {
          code: 'history-went-back',
          title: { zh: 'InfluxDB 丢失了已确认的数据', en: 'InfluxDB lost what it had acknowledged' },
          remedy:
            wentBack.lost === 0
              ? {
                  zh: '已自动补写，无需操作；请查明 InfluxDB 为何被强制终止（断电、内存不足）',
                  en: 'It was written again by itself. Find out why InfluxDB was killed (power, memory)',
                }
              : {
                  zh: '从 InfluxDB 备份恢复其余数据，并检查数据库是否被删除或覆盖',
                  en: 'Put the rest back from a backup of InfluxDB; look whether its database was dropped or replaced',
                },
          detail: `${wentBack.again} readings are written again; those of ${wentBack.lost} records were not kept any more`,
          afterMs: 0,
        },
      ];

const lowDiskOf = (freeBytes: number | null, reserveBytes: number): readonly Fault[] =>
  freeBytes === null || freeBytes >= lowDisk * reserveBytes
    ? []
    : [
        {
          code: 'disk',
          title: { zh: '磁盘空间不足', en: 'The disk is nearly full' },
          remedy: { zh: '清理磁盘空间或扩容', en: 'Make room on the disk, or get a larger one' },
          detail: `${Math.round(freeBytes / 2 ** 20)} MB free`,
          afterMs: usualMs,
        },
      ];

const channelFault = ({ id, openUntil }: Observed['brokenChannels'][number]): Fault => ({
  code: `channel:${id}`,
  title: { zh: `通知渠道“${id}”故障`, en: `Channel ${id} fails` },
  remedy: {
    zh: '检查该渠道的设置与服务商；消息暂由其他渠道发送',
    en: 'Check its settings and its provider; messages go by other channels meanwhile',
  },
  detail: openUntil === null ? 'given up for a while' : `given up until ${openUntil}`,
  afterMs: 0,
});
