import type { LoadRun } from '#device-sim/load/load-run.ts';
import { drawing } from '#device-sim/load/report/drawing.ts';
import type { Plot } from '#device-sim/load/report/plot.ts';
import { plotsOf } from '#device-sim/load/report/plots.ts';
import { style } from '#device-sim/load/report/style.ts';
import {
  comparisonFigures,
  comparisonName,
  costRows,
  count,
  headingOf,
  latencyFigures,
  latencyHead,
  latencyRows,
  ms,
  onLatencies,
  percent,
  planOf,
  remainsOf,
  verdictWords,
} from '#device-sim/load/report/words.ts';

/** The report as one page: no scripts, nothing from elsewhere, light and dark, from phone to wall. */
export function htmlReport(run: LoadRun): string {
  const title = headingOf(run);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${header(run)}
${tiles(run)}
${plotsOf(run).map(plotSection).join('\n')}
${section('Latency, ms', latencyTable(run))}
${section('Against the platform’s own metrics', agreementTable(run))}
${section('What it cost', costTable(run))}
<footer class="soft"><p>${text(remainsOf(run))}</p></footer>
</main>
</body>
</html>
`;
}

function header(run: LoadRun): string {
  const { complaints, isCutShort, machine } = run;
  const isGood = complaints.length === 0;
  const list = complaints.map((complaint) => `<li>${text(complaint)}</li>`).join('');
  return `<header>
<span class="verdict${isGood ? '' : ' bad'}">${isGood ? '✓ Good' : '✗ Not good'}${isCutShort ? ', ended before its time' : ''}</span>
<h1>${text(headingOf(run))}</h1>
<p class="soft">${text(planOf(run))}.</p>
<p class="soft"><time datetime="${run.at}">${text(run.at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))}</time> · ${text(`${machine.cores} cores (${machine.processor}), Node ${machine.node}`)} · ${text(run.prefix)}</p>
${isGood ? '' : `<ul class="complaints">${list}</ul>`}
</header>`;
}

function tiles({ load, options, platform, witness }: LoadRun): string {
  const shown = options.loop.kind === 'open' ? load.puback : load.service;
  const tile = (name: string, value: string, unit: string): string =>
    `<div class="tile"><span class="soft">${text(name)}</span><b>${text(value)}</b><small>${text(unit)}</small></div>`;
  return `<div class="tiles">
${tile('acknowledged', count(load.acknowledged), `of ${count(load.sent)}`)}
${tile('PUBACK, p50', ms(shown.p50Ms), 'ms from publish')}
${tile('PUBACK, p99', ms(shown.p99Ms), 'ms from publish')}
${witness ? tile('task, p99', ms(witness.task.p99Ms), 'ms from smoke') : ''}
${witness ? tile('tasks', count(witness.task.count), `of ${count(witness.sounded)} alarms`) : ''}
${platform.cpu === null ? '' : tile('platform', platform.cpu.toFixed(2), 'cores busy')}
</div>`;
}

function plotSection(plot: Plot): string {
  const figure = (size: 'wide' | 'narrow'): string => `<div class="${size}">${drawing(plot, size)}</div>`;
  const label = text(`${plot.title}. ${plot.about}`);
  return section(
    plot.title,
    `<p class="soft">${text(plot.about)}.</p>
<figure role="img" aria-label="${label}">${figure('wide')}${figure('narrow')}</figure>`,
  );
}

function latencyTable(run: LoadRun): string {
  const rows = latencyRows(run);
  const what = rows
    .map(({ name, what: words }) => `<dt>${text(name)}</dt><dd>${text(words)}</dd>`)
    .join('\n');
  return `${table(
    ['', ...latencyHead],
    rows.map(({ name, summary }) => [
      cell(name, 'th'),
      ...latencyFigures(summary).map((value) => cell(value)),
    ]),
  )}
<dl>${what}</dl>`;
}

function agreementTable({ comparisons }: LoadRun): string {
  if (comparisons.length === 0) return '<p class="soft">It tells none that can be compared.</p>';
  const rows = comparisons.map((of) => {
    const [ours, platforms] = comparisonFigures(of);
    return [
      cell(comparisonName(of), 'th'),
      cell(ours),
      cell(platforms),
      cell(percent(of.differencePercent)),
      `<td class="word ${of.verdict}">${text(verdictWords[of.verdict])}</td>`,
    ];
  });
  return `${table(['', 'by us', 'by the platform', '%', ''], rows)}
<p class="soft">${text(onLatencies)}</p>`;
}

const costTable = (run: LoadRun): string =>
  table(
    [],
    costRows(run).map(([name, value]) => [cell(name, 'th'), cell(value)]),
  );

const section = (title: string, body: string): string => `<section>
<h2>${text(title)}</h2>
${body}
</section>`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = head.map((name) => `<th scope="col">${text(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.join('')}</tr>`).join('\n');
  // It scrolls by itself on a phone; a keyboard must reach it then.
  return `<div class="scroll" tabindex="0"><table>${head.length === 0 ? '' : `<thead><tr>${names}</tr></thead>`}<tbody>
${body}
</tbody></table></div>`;
}

const cell = (value: string, kind: 'th' | 'td' = 'td'): string =>
  kind === 'th' ? `<th scope="row">${text(value)}</th>` : `<td>${text(value)}</td>`;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const text = (value: string): string => value.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
