import { runLife, settings } from '#tests/rules/habits/trial.ts';
const [first=1, last=40, days=42, troubles=25] = process.argv.slice(2).map(Number);
for (const part of (process.env.SET ?? '').split(',').filter(Boolean)) { const [k, v] = part.split('='); const [r, f] = k!.split('.'); (settings as any)[r!][f!] = Number(v); }
const hits: {t:string,s:string,d:number}[]=[];
const weeks: Record<string, number> = {}; const fas: Record<string, number> = {}; let early: Record<string, number> = {}; let personWeeks = 0;
const perStyle: Record<string, {w:number, f:Record<string,number>}> = {};
const delays: Record<string, number[][]> = {};
if (process.env.SHORT) { const log = console.log; console.log = (...a: unknown[]) => { const l = a.join(' '); if (/^FA no|^FA did|^FA night|^FA bath|collapse |not-up|wanders|in-bath|at-night|^hits/.test(l)) log(l.slice(0, 110)); }; }
const t0=performance.now();
for (let seed = first; seed <= last; seed++) {
  const life = runLife(seed, days, troubles);
  personWeeks += (days - 8) / 7;
  const st = perStyle[life.flat.style] ??= {w:0,f:{}}; st.w += (days-8)/7;
  for (const { rule, at } of life.raised) {
    if (at < 8 * 1440) early[rule] = (early[rule] ?? 0) + 1;
    else { fas[rule] = (fas[rule] ?? 0) + 1; st.f[rule]=(st.f[rule]??0)+1; if (process.env.SHOW===rule) { const s=life.scenes.filter(s=>s.to>at-600&&s.from<at+30).map(s=>`${s.spot}/${s.doing}@${(s.from%1440/60).toFixed(1)}`); console.log(seed, life.flat.style, life.flat.missedDoors.toFixed(2), (at/1440)|0, ((at%1440)/60).toFixed(2), s.slice(-9).join(' ')); } }
  }
  for (const { trouble, after } of life.outcomes) {
    (delays[trouble] ??= []).push([after]as any); const w: any = {wanders:['night-wandering'],'collapse-in-bathroom':['bathroom-too-long','no-sign-of-life','did-not-get-up'],collapse:['no-sign-of-life']}; hits.push({t: trouble, s: life.flat.style, d: Math.min(...(w[trouble]??[]).map((r:string)=>after[r]??Infinity))});
  }
}
console.log('person-weeks', personWeeks.toFixed(0), 'ms', (performance.now()-t0).toFixed(0));
console.log('early', early);
for (const rule of Object.keys(settings)) console.log('FA', rule, fas[rule] ?? 0, 'per week', ((fas[rule] ?? 0) / personWeeks).toFixed(3), Object.entries(perStyle).map(([s,{w,f}])=>`${s} ${((f[rule]??0)/w).toFixed(3)}`).join('  '));
const q = (a: number[], p: number) => a.length ? (a.sort((x,y)=>x-y)[Math.min(a.length-1, Math.floor(a.length*p))]!/60).toFixed(1) : '-';
for (const [trouble, list] of Object.entries(delays)) {
  const want: Record<string,string[]> = { 'collapse':['no-sign-of-life','did-not-get-up'], 'collapse-in-bathroom':['bathroom-too-long','no-sign-of-life','did-not-get-up'],'collapse-at-night':['no-sign-of-life','did-not-get-up','night-wandering'],'not-up':['no-sign-of-life','did-not-get-up'],'stays-away':['away-too-long','no-sign-of-life'],'wanders':['night-wandering'],'leaves-at-night':['night-wandering'] };
  const d = list.map(([after]) => Math.min(...want[trouble]!.map(r => (after as any)[r] ?? Infinity)));
  const hit = d.filter(Number.isFinite);
  console.log(trouble.padEnd(22), 'n', list.length, 'hit', (100*hit.length/list.length).toFixed(0)+'%', 'p50', q(hit,.5), 'p80', q(hit,.8), 'p95', q(hit,.95), Object.keys(settings).map(r=>`${r}:${list.filter(([a])=>(a as any)[r]!==undefined).length}`).join(' '));
}
for (const t of ['wanders','collapse-in-bathroom','collapse']) console.log('hits', t, JSON.stringify(Object.fromEntries(Object.entries(Object.groupBy(hits.filter(h=>h.t===t), h=>h.s)).map(([s,l])=>[s, `${l!.filter(h=>Number.isFinite(h.d)).length}/${l!.length} p50 ${q(l!.map(h=>h.d),.5)}`]))));
