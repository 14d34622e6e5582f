"use strict";
// One case as its reader may see it: all that is shown comes from the API, with the reader's own token.
const WORDS = {
  id: {
    other: "English", otherLang: "en", leave: "Keluar", ask: "Masukkan token Anda untuk membuka kasus ini. Token hanya disimpan di tab ini.",
    token: "Token", go: "Buka", wait: "Memuat …", gone: "Kasus ini tidak ada, atau bukan untuk Anda.", who: "Token tidak berlaku; masuk lagi.",
    away: "Selaras tidak terjangkau; coba lagi.", programme: "Program", state: "Keadaan", phase: "Tahap", region: "Wilayah", entered: "Sejak",
    due: "Tenggat", noDue: "Tidak ada tenggat yang berjalan.", stopped: "berhenti; sisa hari:", steps: "Langkah", later: "Langkah dalam keadaan lain", open: "terbuka untuk Anda",
    history: "Riwayat", inquiry: "Permintaan keterangan",
  },
  en: {
    other: "Bahasa Indonesia", otherLang: "id", leave: "Sign out", ask: "Enter your token to open this case. It is kept in this tab only.",
    token: "Token", go: "Open", wait: "Loading …", gone: "There is no such case, or it is not yours to know of.", who: "The token is not valid; sign in again.",
    away: "Selaras cannot be reached; try again.", programme: "Programme", state: "State", phase: "Phase", region: "Region", entered: "Since",
    due: "Due", noDue: "No deadline is running.", stopped: "stopped; days left:", steps: "Steps", later: "Steps in other states", open: "open to you",
    history: "History", inquiry: "Inquiry",
  },
};
const ref = decodeURIComponent(location.pathname.split("/").pop());
const at = (name) => document.getElementById(name);
let language = (sessionStorage.getItem("language") || navigator.language || "id").startsWith("en") ? "en" : "id";

const moment = (text) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id", {dateStyle: "long", timeStyle: "short", timeZone: "Asia/Makassar"}).format(new Date(text));

function line(parent, text, kind) {
  const item = document.createElement("li");
  item.textContent = text;
  if (kind) item.className = kind;
  parent.append(item);
  return item;
}

async function asked(path) {
  const reply = await fetch(`/api/v1/cases/${encodeURIComponent(ref)}${path}`, {headers: {Authorization: `Bearer ${sessionStorage.getItem("token")}`}});
  if (!reply.ok) throw reply;
  return reply.json();
}

function steps(list, actions) {
  list.replaceChildren();
  for (const one of actions.sort((a, b) => b.allowed - a.allowed)) {
    const title = one.title[language];
    const item = line(list, one.allowed ? `${title}: ${WORDS[language].open}` : title, one.allowed ? "open" : "");
    if (!one.refusals.length) continue;
    const reasons = document.createElement("ul");
    for (const why of one.refusals) line(reasons, `${why[language]}. ${why.how[language]}.`, "why");
    item.append(reasons);
  }
}

function show(found, deadlines, actions, history) {
  const words = WORDS[language];
  at("about").replaceChildren();
  for (const [name, value] of [
    ["programme", found.programme], ["state", found.state], ["phase", found.phase], ["region", found.region], ["entered", moment(found.entered)],
  ]) {
    const term = document.createElement("dt"), said = document.createElement("dd");
    term.textContent = words[name];
    said.textContent = value;
    at("about").append(term, said);
  }
  at("due").replaceChildren();
  for (const one of deadlines.items) {
    line(at("due"), `${one.of === "inquiry" ? `${words.inquiry} ${one.name}` : one.name}: ${one.due ? moment(one.due) : `${words.stopped} ${one.days_left}`}`);
  }
  if (!deadlines.items.length) line(at("due"), words.noDue);
  const here = (one) => !one.refusals.some((why) => why.code === "state");
  steps(at("steps"), actions.items.filter(here));
  steps(at("later"), actions.items.filter((one) => !here(one)));
  at("history").replaceChildren();
  for (const one of history.items) line(at("history"), `${moment(one.at)}: ${one.event}${one.office ? ` (${one.office})` : ""}`);
  at("case").hidden = false;
}

async function load() {
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.title = `${ref} · Selaras`;
  at("ref").textContent = ref;
  for (const [name, text] of [
    ["language", words.other], ["leave", words.leave], ["ask", words.ask], ["token-label", words.token], ["go", words.go],
    ["due-title", words.due], ["steps-title", words.steps], ["later-title", words.later], ["history-title", words.history],
  ]) at(name).textContent = text;
  at("language").lang = words.otherLang;
  const known = Boolean(sessionStorage.getItem("token"));
  at("enter").hidden = known;
  at("leave").hidden = !known;
  at("case").hidden = true;
  if (!known) return at("token").focus();
  at("said").textContent = words.wait;
  try {
    show(...await Promise.all(["", "/deadlines", "/actions", "/history"].map(asked)));
    at("said").textContent = "";
  } catch (failed) {
    if (failed.status === 401) {
      sessionStorage.removeItem("token");
      await load();
      at("said").textContent = words.who;
    } else at("said").textContent = failed.status === 404 ? words.gone : words.away;
  }
}

at("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", at("token").value.trim());
  at("token").value = "";
  load();
});
at("leave").addEventListener("click", () => {
  sessionStorage.removeItem("token");
  at("said").textContent = "";
  load();
});
at("language").addEventListener("click", () => {
  language = WORDS[language].otherLang;
  sessionStorage.setItem("language", language);
  load();
});
load();
