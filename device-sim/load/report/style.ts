import { colourProperties } from '#device-sim/load/report/colours.ts';

/** The look of the page; dark when the reader's system is. */
export const style = `
:root { color-scheme: light dark; ${colourProperties('light')} }
@media (prefers-color-scheme: dark) { :root { ${colourProperties('dark')} } }
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Noto Sans SC", sans-serif;
}
main { max-width: 64rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3rem) clamp(0.75rem, 3vw, 2rem); }
h1 { font-size: clamp(1.5rem, 5vw, 2.25rem); line-height: 1.2; margin: 0.75rem 0 0.5rem; letter-spacing: -0.015em; }
h2 { font-size: 1.125rem; margin: 0 0 0.25rem; }
p { margin: 0.25rem 0 0; }
.soft { color: var(--ink-soft); font-size: 0.9375rem; }
.verdict {
  display: inline-block; padding: 0.25rem 0.75rem; border-radius: 999px; font-weight: 600; font-size: 0.9375rem;
  color: var(--good); background: var(--good-soft);
}
.verdict.bad { color: var(--bad); background: var(--bad-soft); }
.complaints { margin: 0.75rem 0 0; padding-left: 1.25rem; color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 0.75rem; margin: 1.5rem 0; }
.tile, section { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; }
.tile { padding: 0.875rem 1rem; }
.tile b { display: block; font-size: 1.5rem; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile small { font-size: 0.875rem; color: var(--ink-soft); }
section { padding: 1rem clamp(0.75rem, 2.5vw, 1.25rem); margin: 0 0 1rem; }
figure { margin: 0.5rem 0 0; }
figure svg { display: block; width: 100%; height: auto; }
figure .narrow { display: none; }
@media (max-width: 40rem) { figure .wide { display: none; } figure .narrow { display: block; } }
.scroll { overflow-x: auto; margin-top: 0.5rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 0.4rem 0.6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 500; color: var(--ink-soft); }
tbody th { color: var(--ink); }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
td.word { text-align: left; }
tbody tr:last-child > * { border-bottom: 0; }
td.same, td.within { color: var(--good); }
td.apart { color: var(--bad); font-weight: 600; }
dl { margin: 0.75rem 0 0; font-size: 0.875rem; color: var(--ink-soft); }
dt { font-weight: 600; color: var(--ink); float: left; clear: left; margin-right: 0.5rem; }
dd { margin: 0 0 0.25rem; }
footer { margin-top: 1.5rem; }
@media (max-width: 40rem) { th, td { padding: 0.4rem; } tbody th { white-space: normal; min-width: 7.5rem; } }
@media print { body { background: none; } section, .tile { break-inside: avoid; } }
`;
