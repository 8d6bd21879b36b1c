"""The look of the page: one style sheet, for light and dark screens and for paper."""

from __future__ import annotations

# After Okabe and Ito 2008, lighter: told apart by colour-blind readers; a black rim serves light pictures.
OUTLINE_COLOURS = ("#ff8c1a", "#56b4e9", "#f0e442", "#e58fc0", "#2fc79a", "#e0503a")
OUTLINE_DASHES = ("", "5 3", "2 3")

CSS = """
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b1f24;--dim:#525b66;--line:#d5dae0;
--good:#1f6f43;--bad:#a12622;--bar:#2f7d5b;--barbad:#c04a43;--head:#eef1f4;--link:#0b57a4}
@media(prefers-color-scheme:dark){:root{--bg:#14171b;--card:#1d2126;--ink:#e8eaed;--dim:#a9b2bd;--line:#383f48;
--good:#7fd6a4;--bad:#ff9c94;--bar:#3f9d74;--barbad:#d4635b;--head:#262b32;--link:#8ab8f0}}
@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--dim:#333;--line:#999;--good:#063;--bad:#900;--head:#eee;
--link:#000}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
main,header,footer,nav{max-width:1280px;margin:0 auto;padding:0 20px}
h1{font-size:26px;margin:26px 0 4px}h2{font-size:20px;margin:34px 0 10px}h3{font-size:17px;margin:0}
h4{font-size:14px;margin:16px 0 6px}
a{color:var(--link)}p{margin:6px 0}.dim{color:var(--dim)}.bad{color:var(--bad)}.good{color:var(--good)}
code{font:13px/1.4 ui-monospace,Consolas,monospace;overflow-wrap:anywhere}
.figures{display:flex;flex-wrap:wrap;gap:12px;margin:14px 0;padding:0;list-style:none}
.figures li{background:var(--card);border:1px solid var(--line);border-radius:8px;
padding:8px 16px;min-width:110px}
.figures b{display:block;font-size:24px;line-height:1.25}
.bar{display:flex;height:14px;border-radius:7px;overflow:hidden;border:1px solid var(--line);margin:8px 0}
.bar i{display:block;background:var(--bar);print-color-adjust:exact}.bar i+i{background:var(--barbad)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px;
margin:0 0 20px}
.card>header{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline;padding:0;margin:0 0 2px;
max-width:none}
.tag{border:1px solid var(--line);border-radius:5px;background:var(--head);padding:0 8px;font-weight:600}
.planes{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:14px;margin:12px 0 6px}
figure{margin:0}figcaption{font-size:13px;color:var(--dim);text-align:center;margin-top:2px}
.plane{display:grid;grid-template:auto 1fr auto/2.2em minmax(0,1fr) 2.2em;align-items:center;
justify-items:center;font-size:13px}
.plane svg{grid-area:2/2;width:100%;height:340px;display:block;background:#000;border-radius:4px;
print-color-adjust:exact}
.plane.white svg{background:#fff;outline:1px solid var(--line)}
.plane b{font-weight:700}.t{grid-area:1/2}.l{grid-area:2/1}.r{grid-area:2/3}.b{grid-area:3/2}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:6px 0;font-size:14px}
.legend svg,td svg{width:30px;height:12px;vertical-align:-1px;background:#333;border-radius:2px;
print-color-adjust:exact}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:0 28px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:8px 0 4px}
th,td{text-align:left;vertical-align:top;padding:4px 10px 4px 0;border-top:1px solid var(--line);
overflow-wrap:break-word}
thead th{border-top:0;color:var(--dim);font-weight:600}tbody th{font-weight:500}
.n{text-align:right;white-space:nowrap}
.wide td,.wide th{padding-right:16px}.wide th[scope=row]{white-space:nowrap}
.names{columns:2 320px;font-size:13px;margin:4px 0;padding-left:18px}.names li{overflow-wrap:anywhere;
break-inside:avoid}
.group{margin:8px 0 12px;padding-left:12px;border-left:3px solid var(--line)}
summary{cursor:pointer}footer{margin-top:30px;padding-bottom:30px;font-size:13px;color:var(--dim)}
nav{display:flex;gap:14px;flex-wrap:wrap;margin:10px 0 16px;padding:0}
@media print{body{font-size:11px}.card,figure,tr{break-inside:avoid}.card{border-color:#999}
.plane svg{height:240px}.planes{grid-template-columns:repeat(3,1fr)}nav{display:none}main{max-width:none}}
"""
