// Comfort on top of a form that works without: a draft kept in this browser, upload progress, a resend that cannot double.
"use strict";
(() => {
  const form = document.getElementById("complaint");
  const said = document.getElementById("said");
  const send = document.getElementById("send");
  const progress = document.getElementById("progress");
  const words = form.dataset;
  const KEY = "complaint-draft";
  const FIELDS = ["description", "name", "email", "phone", "product", "account_or_order", "problem_date", "remedy", "acting_for"];
  const files = form.elements.attachments;
  const failed = document.getElementById("summary");

  const store = {
    read() { try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; } },
    write(draft) { try { localStorage.setItem(KEY, JSON.stringify(draft)); return true; } catch { return false; } },
    clear() { try { localStorage.removeItem(KEY); } catch { /* private mode: nothing was kept */ } },
  };

  function draft() {
    return { nonce: form.elements.nonce.value, fields: Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value])) };
  }

  function restore() {
    const kept = store.read();
    if (!kept || failed || FIELDS.every((name) => !kept.fields?.[name])) return;
    FIELDS.forEach((name) => { form.elements[name].value = kept.fields[name] ?? ""; });
    // The nonce of the first attempt: if it did arrive, sending again is the same complaint.
    if (kept.nonce) form.elements.nonce.value = kept.nonce;
    const note = document.createElement("p");
    note.className = "note";
    note.append(words.restored);
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "link";
    discard.textContent = words.discard;
    discard.addEventListener("click", () => { store.clear(); location.assign(location.pathname + location.search); });
    note.append(discard);
    form.before(note);
  }

  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (store.write(draft())) said.textContent = words.saved; }, 600);
  });

  function complaintOfFiles() {
    if (!files) return "";
    if (files.files.length > Number(words.most)) return words.many;
    return [...files.files].some((file) => file.size > Number(words.each)) ? words.big : "";
  }

  function stop(message) {
    send.disabled = false;
    progress.hidden = true;
    said.textContent = message;
  }

  function finished(request) {
    if (request.status === 201) {
      const told = JSON.parse(request.responseText);
      store.clear();
      const via = form.elements.email.value.trim() ? "mail" : form.elements.phone.value.trim() ? "sms" : "page";
      const query = new URLSearchParams({ reference: told.reference, code: told.status_code, via, lang: form.elements.language.value });
      if (new URLSearchParams(location.search).get("embed") === "1") query.set("embed", "1");
      location.assign(`${words.received}?${query}`);
    } else if (request.status === 422) {
      // Let the server draw the page with its errors: the plain way, with the same nonce.
      form.submit();
    } else {
      stop(request.status === 503 ? words.unavailable : words.refused);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = form.elements.description.value.trim() ? complaintOfFiles() : words.missing;
    if (wrong) {
      stop(wrong);
      (wrong === words.missing ? form.elements.description : files).focus();
      return;
    }
    store.write(draft());
    send.disabled = true;
    said.textContent = words.sending;
    progress.hidden = !(files && files.files.length);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (step) => { if (step.lengthComputable) progress.value = (100 * step.loaded) / step.total; });
    request.addEventListener("load", () => finished(request));
    request.addEventListener("error", () => stop(words.failed));
    request.addEventListener("timeout", () => stop(words.failed));
    request.timeout = 180000;
    request.send(new FormData(form));
  });

  restore();
  if (failed) failed.focus();
})();
