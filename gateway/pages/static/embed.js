// The form on another site, in one tag: <script src="https://…/embed.js" data-lang="en" async></script>
// The site must be named in CHANNEL_WEBFORM_EMBED_ORIGINS. The form is a frame of its own: it reads nothing of the page.
"use strict";
(() => {
  const tag = document.currentScript;
  const origin = new URL(tag.src).origin;
  const frame = document.createElement("iframe");
  const address = new URL("complain", tag.src);
  address.searchParams.set("embed", "1");
  if (tag.dataset.lang) address.searchParams.set("lang", tag.dataset.lang);
  frame.src = address.href;
  frame.title = tag.dataset.title || "Complaint";
  frame.style.cssText = "width:100%;min-height:60rem;border:0;display:block";
  frame.setAttribute("loading", "lazy");
  window.addEventListener("message", (event) => {
    const height = Number(event.data?.complaintHeight);
    if (event.source === frame.contentWindow && event.origin === origin && height > 0) {
      frame.style.minHeight = "0";
      frame.style.height = `${Math.min(height, 20000)}px`;
    }
  });
  tag.after(frame);
})();
