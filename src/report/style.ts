/** The report's style: light and dark by the reader's preference, one column on a phone. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f7f6f2; --card: #ffffff; --ink: #16181d; --ink-2: #5b616e; --line: #e2e0d8;
  --grid: #d9d7cf; --c1: #2a6fc9; --c2: #d9622b; --c3: #1a8a6e; --c4: #8d5bc4; --c5: #b0306a; --c6: #857000; --c7: #4a4f59; --right: #2a6fc9; --wrong: #d9622b; --good: #1a7f4e; --bad: #b3372f; --deep: #fff }
@media (prefers-color-scheme: dark) { :root { --page: #14161a; --card: #1d2026; --ink: #eceae4; --ink-2: #a2a7b2; --line: #31353d;
  --grid: #3a3f48; --c1: #6aa6f2; --c2: #f0915f; --c3: #4fc3a1; --c4: #b896ea; --c5: #ef7fb3; --c6: #d4bd4a; --c7: #a9aeb9; --right: #4d8fe3; --wrong: #e07f4b; --good: #58c78d; --bad: #f0837a; --deep: #0c0e11 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif }
main { max-width: 1040px; margin: 0 auto; padding: 28px 20px 56px }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 4px; letter-spacing: -.01em }
h2 { font-size: 1.05rem; margin: 34px 0 12px }
.sub { color: var(--ink-2); margin: 0; overflow-wrap: anywhere }
.badge { display: inline-block; font-size: .8rem; font-weight: 600; padding: 1px 9px; border-radius: 99px; border: 1px solid currentColor; vertical-align: .25em; margin-left: 6px }
.success { color: var(--good) } .abort, .fail, .crashed { color: var(--bad) } .running { color: var(--c1) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 22px 0 0 }
.tile, figure, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px }
.tile { padding: 12px 16px } .tile b { display: block; font-size: 1.55rem; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums }
.tile span, small, .note, .legend { color: var(--ink-2); font-size: .84rem }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 14px }
figure { margin: 0; padding: 14px 16px 10px; min-width: 0 } figure:only-child:not(.whole) { max-width: 660px } .whole { grid-column: 1 / -1 }
figcaption { margin-bottom: 2px } figcaption small { margin-left: 4px }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 2px 0 6px }
.legend i { display: inline-block; width: 16px; height: 3px; border-radius: 2px; vertical-align: middle; margin-right: 6px }
.legend i.band { height: 11px; opacity: .3 }
.legend i.dashed { background: none; border-top: 2px dotted var(--ink-2); height: 0 }
.note { margin: 4px 0 4px }
.on-dark { display: none } @media (prefers-color-scheme: dark) { .on-light { display: none } .on-dark { display: inline } }
svg { display: block; width: 100%; height: auto; color: var(--ink-2) }
svg [aria-label$="grid"] { stroke: var(--grid); stroke-opacity: 1 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
.facts { width: 100% } .facts th { text-align: left; font-weight: 400; color: var(--ink-2); padding: 5px 14px 5px 0; white-space: nowrap; vertical-align: top; width: 1% }
.facts td { padding: 5px 0; overflow-wrap: anywhere } .facts tr { border-bottom: 1px solid var(--line) }
.card { padding: 10px 16px } .card + .card { margin-top: 14px }
.wide { columns: 2 340px; column-gap: 40px } .wide tr { break-inside: avoid } .wide table, .wide tbody { display: block } .wide tr { display: flex; gap: 12px } .wide th { flex: 0 0 10.5em; width: auto }
.list { width: 100%; font-size: .92rem } .list th, .list td { text-align: right; padding: 5px 0 5px 14px; white-space: nowrap } .list th:first-child, .list td:first-child { text-align: left; padding-left: 0 }
.list thead th { color: var(--ink-2); font-weight: 400 } .list tbody tr { border-top: 1px solid var(--line) }
details { border-top: 1px solid var(--line); padding: 7px 0 } details:first-child { border-top: 0 } details[open] { padding-bottom: 12px }
.wide + details { border-top: 0 } summary { cursor: pointer; color: var(--ink) } summary small { margin-left: 6px } details > :not(summary) { margin-top: 8px }
.facts td p { margin: 0 0 6px } .facts td p:last-child { margin: 0 } ol { margin: 0; padding-left: 1.6em } .list .words { white-space: normal; min-width: 22em; text-align: left }
.numbers { margin: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(5.2em, 1fr)); gap: 2px 10px; font-variant-numeric: tabular-nums }
.matrix { margin: 6px auto 8px } .matrix th { font-weight: 400; color: var(--ink-2); font-size: .84rem; padding: 3px 8px } .matrix tbody th { text-align: right }
.matrix td { min-width: 34px; height: 34px; padding: 0 6px; text-align: center; border: 2px solid var(--card); border-radius: 6px }
.matrix td.none { color: var(--ink-2) } .matrix td.right { background: color-mix(in srgb, var(--right) var(--share), var(--card)) }
.matrix td.wrong { background: color-mix(in srgb, var(--wrong) max(14%, var(--share)), var(--card)) } .matrix td.deep { color: var(--deep) }
.source { margin: 4px 0 }
footer { color: var(--ink-2); font-size: .84rem; margin-top: 34px }
`
