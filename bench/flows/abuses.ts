/** A node as Node-RED's admin API takes it. */
export type FlowNode = Readonly<Record<string, unknown>>;

/** A tab with these nodes in it. */
export const tabOf = (...nodes: readonly FlowNode[]): readonly FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'Test' },
  ...nodes.map((node) => ({ z: 'tab', ...node })),
];

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
  /** 100,000 alarms a second at `place`, each with a key of its own. */
  alarms: (order: { readonly url: string; readonly token: string; readonly place: string }) =>
    tabOf(
      once('code'),
      code(
        `let index = 0;
setInterval(() => {
  for (const end = index + 1000; index < end; index += 1)
    node.send({
      headers: { authorization: 'Bearer ${order.token}' },
      payload: { rule: 'flood', id: String(index), key: 'k' + index, category: 'facilities', severity: 'minor', place: '${order.place}' },
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
        url: `${order.url}/api/v1/alarms`,
        persist: true,
        wires: [[]],
      },
    ),
} as const;
