import { type FlowNode, tabOf } from './flows-platform.ts';

/** Begins as soon as flows run, also after each restart. */
const once = (to: string): FlowNode => ({
  id: 'go',
  type: 'inject',
  once: true,
  onceDelay: '0',
  repeat: '',
  props: [{ p: 'payload' }],
  payload: 'x',
  wires: [[to]],
});
const code = (func: string, ...wires: string[]): FlowNode => ({
  id: 'code',
  type: 'function',
  outputs: 1,
  libs: [],
  func,
  wires: [wires],
});

/** What flows may do to us, each as one deploys it. */
export const abuses = {
  busyLoop: tabOf(once('code'), code('for (;;);')),
  rejection: tabOf(once('code'), code("Promise.reject(new Error('nobody minds')); return null;")),
  gigabyte: tabOf(
    once('code'),
    code("context.set('much', Buffer.alloc(2 ** 30, 1), 'memory'); return null;"),
  ),
  /** 100,000 alarms a second, each with a key of its own. */
  alarms: (url: string, token: string) =>
    tabOf(
      once('code'),
      code(
        `let index = 0;
setInterval(() => {
  for (const end = index + 1000; index < end; index += 1)
    node.send({
      headers: { authorization: 'Bearer ${token}' },
      payload: { rule: 'flood', id: String(index), key: 'k' + index, category: 'facilities', severity: 'minor', place: 'b3' },
    });
}, 10);
return null;`,
        'post',
      ),
      {
        id: 'post',
        type: 'http request',
        method: 'POST',
        ret: 'txt',
        url: `${url}/api/v1/alarms`,
        persist: true,
        wires: [[]],
      },
    ),
} as const;
