/** The look of the page: light or dark as the reader's machine is, from a telephone to a wide screen. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1d1c1d;--quiet:#616061;--paper:#fff;--side:#f4ede4;--line:#ddd;--mark:#e8f5fa;--link:#1264a3;--tone0:#1264a3;--tone1:#2eb67d;--tone2:#ecb22e;--tone3:#e01e5a}
@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--quiet:#ababad;--paper:#1a1d21;--side:#27242c;--line:#3e4145;--mark:#1d2f3a;--link:#5cb3f0;--tone0:#5cb3f0;--tone3:#f2809f}}
*{box-sizing:border-box}
body{margin:0;font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);display:grid;grid-template-columns:14rem minmax(0,1fr);min-height:100vh}
nav{background:var(--side);padding:1rem}
nav h2{font-size:.8rem;color:var(--quiet);margin:1.2rem 0 .3rem}
nav h1{font-size:1.1rem;margin:0}
nav a{display:block;padding:.2rem .5rem;border-radius:6px;color:inherit;text-decoration:none}
nav a[aria-current]{background:var(--link);color:var(--paper)}
main{padding:1rem 1.5rem 4rem;max-width:60rem}
main>h2{margin:0 0 .2rem;font-size:1.2rem}
a{color:var(--link)}
article{margin:1rem 0 1.4rem;overflow-wrap:anywhere}
article>header{font-weight:700}
article>header time{font-weight:400;color:var(--quiet);font-size:.85em;margin-left:.4em}
article article{border-left:3px solid var(--line);padding-left:.9rem;margin-left:.3rem}
.aside{background:var(--mark);border-radius:8px;padding:.5rem .8rem}
.view{border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem}
.lines{white-space:pre-wrap}
.note,.empty{color:var(--quiet);font-size:.85em;margin:.3rem 0}
.said{border:1px dashed var(--line);padding:.5rem;white-space:pre-wrap;font-size:.85em}
.mention{background:var(--mark);color:var(--link);border-radius:3px;padding:0 .15em}
.scroll{overflow-x:auto;margin:.4rem 0}
table{border-collapse:collapse;font-size:.92em;overflow-wrap:normal}
th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}
td.right,th.right{text-align:right}
pre{overflow-x:auto;border:1px solid var(--line);border-radius:4px;padding:.5rem;font-size:.85em;margin:.4rem 0}
code{border:1px solid var(--line);border-radius:3px;padding:0 .2em;font-size:.9em;color:var(--tone3)}
ul{margin:.3rem 0;padding-left:1.4rem}
.controls{display:flex;flex-wrap:wrap;gap:.4rem;margin:.4rem 0}
button,select,input{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--quiet);border-radius:5px;padding:.2rem .7rem;max-width:100%}
button.primary{background:#007a5a;border-color:#007a5a;color:#fff}
button.danger{background:#c01343;border-color:#c01343;color:#fff}
.file{margin:0}
.field input{display:block;width:100%;max-width:30rem}
.chart{margin:.5rem 0;max-width:40rem}
.chart svg{width:100%;border-bottom:1px solid var(--line)}
.axis{display:flex;justify-content:space-between;color:var(--quiet);font-size:.8em}
.key{white-space:nowrap}
.key::before{content:"";display:inline-block;width:.7em;height:.7em;margin:0 .3em 0 .8em;background:currentColor}
.series-0{color:var(--tone0);fill:var(--tone0)}
.series-1{color:var(--tone1);fill:var(--tone1)}
.series-2{color:var(--tone2);fill:var(--tone2)}
.series-3{color:var(--tone3);fill:var(--tone3)}
.file::before{content:"CSV";font-size:.7em;font-weight:700;border:1px solid var(--line);border-radius:3px;padding:.1em .3em;margin-right:.4em}
@media(max-width:40rem){body{display:block}nav{display:flex;flex-wrap:wrap;gap:0 .8rem;padding:.6rem}nav h1,nav h2{width:100%;margin:.3rem 0 0}main{padding:.8rem}}
`
