// Inside a frame: tell the page around it how high this one is, and nothing else.
"use strict";
if (window.parent !== window) {
  const tell = () => window.parent.postMessage({ complaintHeight: document.documentElement.offsetHeight }, "*");
  new ResizeObserver(tell).observe(document.body);
  tell();
}
