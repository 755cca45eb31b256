// Copy and print, where the browser can.
"use strict";
(() => {
  const copy = document.getElementById("copy");
  const print = document.getElementById("print");
  const texts = ["reference", "status-code"].map((id) => document.getElementById(id).textContent);
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(texts.join("\n"));
      copy.textContent = copy.dataset.copied;
    });
  }
  print.hidden = false;
  print.addEventListener("click", () => window.print());
})();
