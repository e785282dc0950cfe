/** Of reports on paper and on a screen: A4, ink that a plain printer has, nothing loaded from anywhere. */
export const reportStyle = `
:root { --ink: #1b2530; --soft: #5b6875; --line: #d5dbe1; --tint: #f2f5f8; --mark: #0b6b5d; --bar: #8fb8b0; --late: #a5401f; }
* { box-sizing: border-box; }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { margin: 0; color: var(--ink); background: #e9edf1; font: 10.5pt/1.5 "Noto Sans CJK SC", "Source Han Sans SC",
  "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
[lang=en] body { font-family: system-ui, "Segoe UI", "Helvetica Neue", "Noto Sans", Arial, "Noto Sans CJK SC", sans-serif; }
main { width: 210mm; max-width: 100%; margin: 8mm auto; padding: 16mm 15mm; background: #fff; }
header { display: flex; justify-content: space-between; gap: 8mm; padding-bottom: 4mm; border-bottom: 2px solid var(--mark); }
h1 { margin: 0; font-size: 19pt; line-height: 1.25; font-weight: 650; }
header p { margin: 1mm 0 0; color: var(--soft); }
header .made { flex: none; max-width: 58mm; text-align: right; font-size: 8.5pt; }
.running { color: var(--late); }
h2 { margin: 0 0 2mm; font-size: 12pt; font-weight: 650; }
section { margin-top: 7mm; }
.second { margin-top: 7mm; }
.headline { display: grid; grid-template-columns: repeat(5, 1fr); gap: 3mm; margin: 6mm 0 0; padding: 0; }
.headline div { padding: 3mm; background: var(--tint); border-radius: 1.5mm; break-inside: avoid; }
.headline dt { color: var(--soft); font-size: 8.5pt; }
.headline dd { margin: 0; font-size: 17pt; line-height: 1.3; font-weight: 650; white-space: nowrap; }
.headline dd.share { font-size: 12pt; white-space: normal; line-height: 1.4; padding-top: 1mm; }
.headline .before { font-size: 8pt; color: var(--soft); }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; padding: 0 0 2mm; color: var(--soft); font-size: 9pt; }
th { font-weight: 600; font-size: 8.5pt; color: var(--soft); border-bottom: 1px solid var(--ink); vertical-align: bottom; }
th, td { padding: 1.1mm 2mm 1.1mm 0; text-align: left; }
td { border-bottom: 1px solid var(--line); vertical-align: top; }
th.n, td.n { text-align: right; padding-right: 0; padding-left: 2mm; }
td.n { white-space: nowrap; }
.wide table { font-size: 9pt; }
.wide th { font-size: 7.5pt; line-height: 1.3; hyphens: auto; }
.wide th.n, .wide td.n { padding-left: 1mm; }
.wide td:first-child { min-width: 18mm; }
td small, .quiet { color: var(--soft); font-size: 8.5pt; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
h2 { break-after: avoid; }
a { color: inherit; text-decoration: underline; text-decoration-color: var(--line); text-underline-offset: 2px; }
a:hover { color: var(--mark); }
a:focus-visible { outline: 2px solid var(--mark); outline-offset: 1px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm; }
.pair > * { break-inside: avoid; min-width: 0; }
figure { margin: 0; break-inside: avoid; }
figcaption { margin-top: 1mm; color: var(--soft); font-size: 8.5pt; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 7px; fill: var(--soft); }
.key { display: inline-block; width: 3mm; height: 3mm; margin: 0 1mm 0 3mm; vertical-align: -0.3mm; }
.came { fill: var(--bar); background: var(--bar); } .done { fill: var(--mark); background: var(--mark); }
.meanings { columns: 2; column-gap: 8mm; margin: 0; font-size: 8.5pt; }
.meanings div { break-inside: avoid; margin-bottom: 1.5mm; }
.meanings dt { font-weight: 600; } .meanings dd { margin: 0; color: var(--soft); }
footer { margin-top: 8mm; padding-top: 2mm; border-top: 1px solid var(--line); color: var(--soft); font-size: 8.5pt; }
@page { size: A4; margin: 15mm 14mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #5b6875; } }
@media print { body { background: none; } main { width: auto; margin: 0; padding: 0; } a { text-decoration: none; } }
@media screen and (max-width: 640px) {
  main { margin: 0; padding: 6mm 4mm; } header { display: block; } header .made { text-align: left; margin-top: 2mm; }
  .headline { grid-template-columns: 1fr 1fr; } .pair, .meanings { display: block; columns: 1; } .pair > * + * { margin-top: 7mm; }
  .wide { overflow-x: auto; } .wide table { min-width: 150mm; }
}
`;
