// No answer is lost: a form with a `key` is sent again until the server has it, because the same key
// is the same act there; a form with data-draft="ATTEMPT" keeps its text and choices in localStorage
// until its answer is acknowledged; a page that is older than the one shown never replaces it.
const PAUSES_MS = [500, 1000, 2000, 4000, 8000];
const CANNOT_NOW = new Set([502, 503, 504]);
const CONTROLS = "textarea, select, input:not([type=hidden])";
const place = document.getElementById("saving");

let store;
try {
  store = window.localStorage;
} catch {
  // a browser that keeps nothing: the page itself still holds what was typed
}

const say = (state) => {
  place.dataset.state = state;
  place.textContent = place.dataset[state] ?? "";
};

const pause = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  });

const patient = async (address, request) => {
  for (const ms of PAUSES_MS) {
    try {
      const answer = await fetch(address, request);
      if (!CANNOT_NOW.has(answer.status)) return answer;
    } catch (problem) {
      if (request.signal.aborted) throw problem;
    }
    say("again");
    await pause(ms, request.signal);
  }
  return fetch(address, request);
};

const isAct = (ctx) => Boolean(ctx?.request?.form?.elements.namedItem("key"));
const name = (form) => `draft:${new URL(form.action).pathname}#${form.id}`;
const isChoice = (control) => control.type === "radio" || control.type === "checkbox";

const keep = (form) => {
  const typed = {};
  for (const control of form.querySelectorAll(CONTROLS))
    typed[control.id] = isChoice(control) ? control.checked : control.value;
  try {
    store?.setItem(name(form), JSON.stringify({ attempt: form.dataset.draft, typed }));
  } catch {
    // no room left there: as above
  }
};

const giveBack = (form) => {
  const draft = JSON.parse(store?.getItem(name(form)) ?? "null");
  if (draft?.attempt !== form.dataset.draft) return store?.removeItem(name(form));
  for (const control of form.querySelectorAll(CONTROLS)) {
    if (!(control.id in draft.typed)) continue;
    control[isChoice(control) ? "checked" : "value"] = draft.typed[control.id];
  }
  const folded = form.closest("details");
  if (folded) folded.open = true;
};

const giveAllBack = () => document.querySelectorAll("form[data-draft]").forEach(giveBack);

document.addEventListener("input", ({ target }) => {
  if (!target.form?.dataset.draft) return;
  keep(target.form);
  say("");
});
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (!isAct(ctx)) return;
  ctx.request.timeout = 120_000; // for all tries together
  ctx.fetch = patient;
  say("saving");
});
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!isAct(ctx)) return;
  const { status } = ctx.response;
  if (status < 400) store?.removeItem(name(ctx.request.form));
  say(status < 400 ? "saved" : status === 422 ? "" : "failed");
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => isAct(ctx) && say("failed"));
document.addEventListener("htmx:before:swap", (event) => {
  for (const { fragment } of event.detail.tasks) {
    const coming = fragment?.querySelector?.("[data-revision]");
    const shown = coming && document.getElementById(coming.id);
    if (shown && Number(coming.dataset.revision) < Number(shown.dataset.revision)) event.preventDefault();
  }
});
document.addEventListener("htmx:after:swap", giveAllBack);

for (const old of Object.keys(store ?? {})) {
  const isOfThisPage = old.startsWith(`draft:${location.pathname}`);
  const forms = [...document.querySelectorAll("form[data-draft]")];
  if (isOfThisPage && !forms.some((form) => name(form) === old)) store.removeItem(old);
}
giveAllBack();
