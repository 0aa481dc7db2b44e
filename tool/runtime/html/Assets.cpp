#include "runtime/html/Assets.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>

namespace clearway::runtime::html {

// The colours of causes have a contrast of at least 3 to 1 with both backgrounds and differ for the colour-blind.
const std::string_view kStyle = R"css(
:root{color-scheme:light dark;--ground:#fff;--raised:#f4f5f7;--line:#d5d8de;--text:#1b1e24;--faint:#5b6270;--accent:#0b57d0;
--on-cpu:#c2410c;--lock:#7c3aed;--syscall:#0369a1;--page-fault:#be185d;--starved:#8a6100;--throttled:#4d7c0f;--device-wait:#0f766e;--unknown:#6b7280;--raw:#0b57d0;--corrected:#7b8494}
@media (prefers-color-scheme:dark){:root{--ground:#14161a;--raised:#1d2026;--line:#383d47;--text:#e7e9ee;--faint:#a2a9b6;--accent:#8ab4f8;
--on-cpu:#fb923c;--lock:#b794f6;--syscall:#56b4e9;--page-fault:#f472b6;--starved:#e0b341;--throttled:#a3cf5f;--device-wait:#4fd1c5;--unknown:#9ca3af;--raw:#8ab4f8;--corrected:#7d8796}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:76rem;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:2.2rem 0 .6rem}
h3{font-size:1rem;margin:1.4rem 0 .4rem}
p{margin:.3rem 0}
.faint,caption,.tick{color:var(--faint)}
code,.code{font:13px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.7rem;margin:1rem 0}
.tile{background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:.6rem .8rem}
.tile b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:.2rem 0}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600}
.n{text-align:right;white-space:nowrap}
details{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;background:var(--raised)}
summary{padding:.5rem .8rem;cursor:pointer}
summary .n{float:right;margin-left:1rem}
details>div{padding:0 .8rem .7rem}
ol.stack{margin:.3rem 0;padding-left:2.2rem}
ol.stack li.own{font-weight:600}
.note{background:var(--raised);border-left:4px solid var(--starved);padding:.5rem .8rem;margin:.6rem 0}
svg{display:block;width:100%;min-width:40rem;height:auto}
svg text{font:11px system-ui,sans-serif;fill:var(--faint)}
svg .axis{stroke:var(--line);stroke-width:1}
.mark{fill:var(--unknown)}
.on-cpu{fill:var(--on-cpu)}.lock{fill:var(--lock)}.syscall{fill:var(--syscall)}.page-fault{fill:var(--page-fault)}
.starved{fill:var(--starved)}.throttled{fill:var(--throttled)}.device-wait{fill:var(--device-wait)}.unknown{fill:var(--unknown)}
.raw{fill:var(--raw)}.corrected{fill:var(--corrected)}
.mark:hover{stroke:var(--text);stroke-width:1.5}
.key{display:inline-flex;align-items:center;gap:.35rem;margin-right:1rem}
.key svg{width:.8rem;min-width:0;height:.8rem}
.share{width:30%}
.share svg{min-width:0;height:.8rem}
#tip{position:fixed;z-index:1;max-width:32rem;padding:.4rem .6rem;background:var(--text);color:var(--ground);border-radius:6px;font-size:13px;white-space:pre-line;overflow-wrap:anywhere;pointer-events:none}
#tip[hidden]{display:none}
input{font:inherit;padding:.3rem .6rem;width:100%;max-width:24rem;background:var(--ground);color:var(--text);border:1px solid var(--line);border-radius:6px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media print{details{break-inside:avoid}#filter{display:none}}
)css";

// No "<" and no "&" in it: the page is well-formed XML, too. Texts of the records are only ever text to it.
const std::string_view kScript = R"js(
(function () {
  var tip = document.getElementById("tip");
  function markAt(event) { return event.target.closest ? event.target.closest("[data-tip]") : null; }
  document.addEventListener("pointermove", function (event) {
    var mark = markAt(event);
    tip.hidden = !mark;
    if (!mark) { return; }
    tip.textContent = mark.getAttribute("data-tip");
    var left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    var top = event.clientY + 18;
    if (top + tip.offsetHeight > innerHeight) { top = event.clientY - tip.offsetHeight - 10; }
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = Math.max(8, top) + "px";
  });
  document.addEventListener("pointerleave", function () { tip.hidden = true; });
  var field = document.getElementById("filter-text");
  if (!field) { return; }
  document.getElementById("filter").hidden = false;
  field.addEventListener("input", function () {
    var words = field.value.toLowerCase();
    document.querySelectorAll("#stalls tbody tr").forEach(function (row) {
      row.hidden = !row.textContent.toLowerCase().includes(words);
    });
  });
})();
)js";

std::string policyHash(std::string_view text) {
  sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, text.size(), reinterpret_cast<const uint8_t *>(text.data()));
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&context, sizeof digest, digest);
  char encoded[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE)];
  base64_encode_raw(encoded, sizeof digest, digest);
  return "sha256-" + std::string(encoded, sizeof encoded);
}

} // namespace clearway::runtime::html
