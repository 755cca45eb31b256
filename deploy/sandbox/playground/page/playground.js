// Sends as a customer, asks every second how everything stands, and draws it. Texts are only ever set as text.
"use strict";
(() => {
  const EVERY = 800;
  const SAMPLES = {
    "Wrong bill": "You charged me twice for March: 84.20 on the 3rd and again on the 4th. Please refund one of them.",
    "Danger": "I smell gas in the hallway since this morning and nobody has come. Please hurry, there are children in the house.",
    "Same again": "The lift in Park Street 5 is broken for the third week and I cannot leave my flat.",
    "Praise": "Your technician was kind and quick. Thank you very much!",
    "A question": "What are your opening hours on Saturday?",
    "Deutsch": "Meine Heizung ist seit Montag ausgefallen und niemand ruft mich zurück. Ich möchte eine Entschädigung.",
  };
  const titles = {};
  const byId = (id) => document.getElementById(id);
  const known = new Set();
  const drawn = new Map();

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }

  function later(from, to) {
    const ms = Date.parse(to) - Date.parse(from);
    if (!Number.isFinite(ms)) return "";
    return ms < 1000 ? `${Math.max(0, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
  }

  function step(list, done, label, took, why) {
    const item = make("li", done ? "done" : "");
    const words = make("span", "", label);
    if (why) words.append(" ", make("span", "why", why));
    item.append(words, make("span", "took", took ?? ""));
    list.append(item);
    return done;
  }

  function ladder(one) {
    const list = make("ol", "ladder");
    const found = one.case;
    const events = found?.events ?? [];
    const event = (...types) => events.find((candidate) => types.includes(candidate.type) && Date.parse(candidate.at) >= Date.parse(one.at) - 2000);
    const opened = event("opened", "joined", "duplicate", "quarantined", "no_message");
    step(list, true, "Taken in", `${Math.round(one.took_ms)} ms`, one.told);
    step(list, Boolean(opened ?? event("received")), "Read and understood", opened ? later(one.at, opened.at) : "", found ? [found.kind, found.category].filter(Boolean).join(", ") : "");
    const routed = opened ? { joined: "joined an open case", duplicate: "the same message again", quarantined: "quarantined as spam" }[opened.type] ?? `queue ${found.queue}` : "";
    step(list, Boolean(opened), "Routed", "", routed);
    const letter = (found?.letters ?? []).find((candidate) => candidate.kind === "acknowledgement");
    const sent = letter && ["accepted", "delivered", "shown"].includes(letter.state);
    const first = letter?.accepted_at ?? letter?.at;
    step(list, Boolean(sent), "Acknowledged", sent ? later(one.at, first) : "", letter ? `${letter.channel}: ${letter.state}` : "");
    list.querySelector("li:not(.done)")?.classList.add("now");
    return list;
  }

  function writtenCard(one) {
    const card = make("li", "card");
    card.dataset.channel = one.channel;
    const head = make("p", "head");
    head.append(make("strong", "", one.customer), make("span", `by ${one.channel}`, titles[one.channel]));
    if (one.case) {
      const link = make("a", "", one.case.reference);
      link.href = `${byId("to-console").href}/case?reference=${encodeURIComponent(one.case.reference)}`;
      head.append(link);
      if (one.case.priority) head.append(make("span", `pill ${one.case.priority}`, one.case.priority));
    }
    card.append(head, make("p", "words", one.text), ladder(one));
    return [`w${one.number}`, card];
  }

  function letterCard(letter) {
    const card = make("li", "card");
    card.dataset.channel = letter.channel;
    const head = make("p", "head");
    head.append(make("strong", "", letter.customer), make("span", `by ${letter.channel}`, titles[letter.channel]), make("span", "", letter.subject));
    card.append(head, make("p", "letter", letter.text));
    return [letter.key, card];
  }

  function draw(list, values, card, none) {
    const now = JSON.stringify(values);
    if (drawn.get(list) === now) return; // a link in it may have the focus, a word may be selected
    drawn.set(list, now);
    const cards = values.map(card);
    for (const [key, card] of cards) {
      if (!known.has(key)) card.classList.add("fresh");
      known.add(key);
    }
    list.replaceChildren(...cards.map(([, card]) => card));
    none.hidden = cards.length > 0;
  }

  async function again() {
    try {
      const answer = await fetch("/api/now");
      const now = await answer.json();
      byId("trouble").textContent = answer.ok ? "" : now.detail;
      if (answer.ok) {
        draw(byId("written"), now.written, writtenCard, byId("nothing-written"));
        draw(byId("letters"), now.letters, letterCard, byId("nothing-arrived"));
      }
    } catch {
      byId("trouble").textContent = "The playground does not answer.";
    }
    setTimeout(again, EVERY);
  }

  byId("write").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    byId("send").disabled = true;
    byId("said").textContent = "Sending …";
    try {
      const asked = { customer: byId("customer").value, channel: form.elements.channel.value, text: byId("text").value };
      const answer = await fetch("/api/write", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });
      const told = await answer.json();
      byId("said").textContent = answer.ok ? `Sent: ${told.told}.` : told.detail;
      if (answer.ok && matchMedia("(max-width: 62rem)").matches) byId("stages-title").scrollIntoView();
    } catch {
      byId("said").textContent = "The playground does not answer.";
    }
    byId("send").disabled = false;
  });

  function choices(group) {
    const box = make("div", "choices");
    box.setAttribute("role", "group");
    const heading = make("p", "heading", group.title);
    heading.id = `group-${group.title.replaceAll(" ", "-")}`;
    box.setAttribute("aria-labelledby", heading.id);
    const labels = group.channels.map(({ name, title }) => {
      titles[name] = title;
      const label = make("label", `choice ${name}`);
      const radio = make("input");
      Object.assign(radio, { type: "radio", name: "channel", value: name, checked: name === "webform" });
      label.append(radio, make("span", "", title));
      return label;
    });
    box.append(heading, ...labels);
    return box;
  }

  async function begin() {
    const answer = await fetch("/api/world").catch(() => null);
    if (!answer?.ok) {
      byId("trouble").textContent = answer ? (await answer.json()).detail : "The playground does not answer.";
      setTimeout(begin, 1500);
      return;
    }
    const world = await answer.json();
    byId("customer").replaceChildren(...world.customers.map((name) => { const option = make("option", "", name); option.value = name; return option; }));
    byId("channels").append(...world.groups.map(choices));
    byId("to-desk").href = `${world.gateway}/console/enter`;
    byId("to-form").href = `${world.gateway}/complain`;
    byId("to-console").href = `${world.gateway}/console`;
    again();
  }

  for (const [name, text] of Object.entries(SAMPLES)) {
    const button = make("button", "", name);
    button.type = "button";
    button.addEventListener("click", () => { byId("text").value = text; byId("text").focus(); });
    document.querySelector(".samples").append(button);
  }
  begin();
})();
