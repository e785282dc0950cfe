/** Rules to begin with. What is to be changed by all means comes first. */
export const templates = {
  state: `id: my-water-alarm
name: { en: Water in the cellar, zh: 地下室积水 }
category: facilities
severity: major
property: water-leak
devices: { kind: [water-leak] }
when: value == true
clear-for: 2m
unless: [maintenance]
task:
  title: { en: "Water at {place}", zh: "{place} 积水" }
  to: property-manager
  accept-within: 5m
  handle-within: 60m
`,
  threshold: `id: my-flat-too-hot
name: { en: Flat too hot, zh: 室温过高 }
category: elderly-care
severity: minor
property: temperature
devices: { kind: [environment] }
when: value >= 32
clear: value < 30
for: 20m
clear-for: 10m
levels: [ { when: value >= 36, severity: major } ]
unless: [away, hospital]
task:
  title: { en: "{place} is hot", zh: "{place} 室温过高" }
  to: care-staff
`,
  silence: `id: my-meter-silent
name: { en: Meter silent, zh: 水表失联 }
category: device-maintenance
severity: warning
property: "*"
devices: { kind: [water-meter] }
silent-for: 12h
unless: [maintenance]
task:
  title: { en: "{device} at {place} is silent", zh: "{place} {device} 失联" }
  to: property-manager
  accept-within: 4h
`,
  event: `id: my-help-button
name: { en: Help button, zh: 求助按钮 }
category: elderly-care
severity: critical
property: sos
when: value == true
event: true
task:
  title: { en: "{resident} calls for help", zh: "{resident} 按下求助" }
  to: care-staff
  accept-within: 60s
  escalate: [ { after: 60s, to: grid-leader } ]
`,
  window: `id: my-fast-rise
name: { en: Temperature rises fast, zh: 温度快速上升 }
category: fire
severity: major
property: temperature
when: rate('temperature', '1m') >= 8 && value > 35
for: 20s
task:
  title: { en: "Temperature rises at {place}", zh: "{place} 温度快速上升" }
  to: grid-worker
  accept-within: 2m
`,
} as const satisfies Readonly<Record<string, string>>;

export type TemplateName = keyof typeof templates;
export const templateNames = Object.keys(templates) as readonly TemplateName[];

/** The id that a text gives its rule; undefined: none. */
export const idIn = (text: string): string | undefined =>
  /^[ \t-]*id:[ \t]*["']?([A-Za-z0-9_-]+)/m.exec(text)?.[1];
