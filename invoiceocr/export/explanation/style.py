"""The style of the explaining page: one column on a phone, no script, no other file."""

STYLE = """
:root { color-scheme: light; --line: #d9dee5; --dim: #5b6673; --ok: #14713a; --bad: #b3261e; --odd: #9a5b00; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: .75rem; color: #1b2430; background: #f4f6f9;
  font: 1rem/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere; }
body > input { position: absolute; opacity: 0; }
body > label { display: inline-block; padding: .3rem .9rem; border: 1px solid var(--line); border-radius: 1rem;
  background: #fff; cursor: pointer; }
#zh:checked ~ label[for=zh], #en:checked ~ label[for=en] { background: #1b2430; color: #fff; }
body > input:focus-visible ~ label { outline: 2px solid #2563eb; }
#zh:checked ~ main .en, #en:checked ~ main .zh { display: none; }
h1 { font-size: 1.25rem; margin: .75rem 0; }
h2 { font-size: 1.15rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; display: flex; flex-wrap: wrap; gap: .25rem .6rem; align-items: baseline; }
h4 { font-size: .8rem; margin: .7rem 0 .1rem; color: var(--dim); font-weight: 600; }
code { color: var(--dim); font-size: .85em; }
ul { list-style: none; margin: 0; padding: 0; }
li { padding-left: 1.4em; text-indent: -1.4em; }
li > b:first-child { display: inline-block; width: 1.4em; text-indent: 0; }
.field, .page, .notes { background: #fff; border: 1px solid var(--line); border-radius: .6rem; padding: .75rem;
  margin: .6rem 0; }
.field { border-left: .35rem solid var(--line); scroll-margin-top: .5rem; }
.field:target { box-shadow: 0 0 0 3px #93c5fd; }
.verified { border-left-color: var(--ok); } .doubtful, .missing { border-left-color: var(--bad); }
.field.read { border-left-color: #3b82f6; }
.value { font-size: 1.15rem; font-weight: 600; }
.badge { font-size: .8rem; padding: .05rem .5rem; border-radius: 1rem; background: #e6ebf2; white-space: nowrap; }
.badge.verified, .badge.accept { background: #d7f0df; color: var(--ok); }
.badge.doubtful, .badge.missing, .badge.reject { background: #fbdeda; color: var(--bad); }
.badge.review { background: #fdecc8; color: var(--odd); }
.pass > b { color: var(--ok); } .fail > b { color: var(--bad); } .unknown, .unknown > b { color: var(--dim); }
.crop { display: block; max-width: 100%; min-height: 2.6rem; max-height: 10rem; margin-top: .5rem;
  object-fit: contain; object-position: left; }
.characters { display: flex; flex-wrap: wrap; gap: 2px; margin-top: .4rem; }
.character { text-align: center; min-width: 1.3em; padding: 0 .15em; border-radius: .25rem; font-size: 1.15rem;
  line-height: 1.4; background: #e4f4ea; }
.character small { display: block; font-size: .68rem; line-height: 1.25; white-space: nowrap; }
.p2 { background: #fdf3d4; } .p1 { background: #fbd9a6; } .p0 { background: #f7b9b2; }
.gap { background: none; border: 1px dashed #b8a06a; }
.repair { background: #eef4ff; border-radius: .4rem; padding: .4rem .6rem; margin-top: .6rem; }
del { color: var(--bad); } ins { color: var(--ok); text-decoration: none; font-weight: 600; }
svg { display: block; width: 100%; height: auto; }
svg rect { fill: #3b82f6; fill-opacity: .12; stroke: #3b82f6; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
svg a:hover rect, svg a:focus rect { fill-opacity: .35; }
svg .verified rect { fill: #16a34a; stroke: #16a34a; }
svg .doubtful rect, svg .missing rect { fill: #dc2626; stroke: #dc2626; }
summary { cursor: pointer; color: var(--dim); font-size: .85rem; padding: .2rem 0; }
@media print { .field, .page { break-inside: avoid; } body > label { display: none; } }
"""
