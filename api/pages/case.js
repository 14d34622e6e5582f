"use strict";
// One case as its reader may see it: all that is shown comes from the API, with the reader's own token.
const WORDS = {
  id: {
    other: "English", otherLang: "en", leave: "Keluar", ask: "Masukkan token Anda untuk membuka kasus ini. Token hanya disimpan di tab ini.",
    token: "Token", go: "Buka", wait: "Memuat …", gone: "Kasus ini tidak ada, atau bukan untuk Anda.", who: "Token tidak berlaku; masuk lagi.",
    away: "Selaras tidak terjangkau; coba lagi.", programme: "Program", state: "Keadaan", region: "Wilayah", entered: "Sejak",
    due: "Tenggat", noDue: "Tidak ada tenggat yang berjalan.", stopped: "berhenti; sisa hari:", steps: "Langkah", later: "Langkah dalam keadaan lain", open: "terbuka untuk Anda",
    history: "Riwayat", inquiry: "Permintaan keterangan", questions: "Pertanyaan dan jawaban", last: "hari terakhir", until: "dijawab paling lambat",
    notCounted: "Hari yang tidak dihitung", answer: "Jawaban", send: "Kirim jawaban", unanswered: "Belum dijawab.", lapsed: "Tidak dijawab sampai waktunya habis.",
  },
  en: {
    other: "Bahasa Indonesia", otherLang: "id", leave: "Sign out", ask: "Enter your token to open this case. It is kept in this tab only.",
    token: "Token", go: "Open", wait: "Loading …", gone: "There is no such case, or it is not yours to know of.", who: "The token is not valid; sign in again.",
    away: "Selaras cannot be reached; try again.", programme: "Programme", state: "State", region: "Region", entered: "Since",
    due: "Due", noDue: "No deadline is running.", stopped: "stopped; days left:", steps: "Steps", later: "Steps in other states", open: "open to you",
    history: "History", inquiry: "Inquiry", questions: "Questions and answers", last: "last day", until: "to be answered by",
    notCounted: "Days that do not count", answer: "Answer", send: "Send the answer", unanswered: "Not answered yet.", lapsed: "Not answered in time.",
  },
};
const ref = decodeURIComponent(location.pathname.split("/").pop());
const at = (name) => document.getElementById(name);
let language = (sessionStorage.getItem("language") || navigator.language || "id").startsWith("en") ? "en" : "id";

const moment = (text) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id", {dateStyle: "long", timeStyle: "short", timeZone: "Asia/Makassar"}).format(new Date(text));
// A deadline ends with a day: the midnight after it would read as a day later.
const lastDay = (text) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id", {dateStyle: "full", timeZone: "Asia/Makassar"}).format(new Date(text) - 1);
const day = (text) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id", {dateStyle: "full", timeZone: "UTC"}).format(new Date(text));

function line(parent, text, kind) {
  const item = document.createElement("li");
  item.textContent = text;
  if (kind) item.className = kind;
  parent.append(item);
  return item;
}

async function asked(path, how = {}) {
  const headers = {Authorization: `Bearer ${sessionStorage.getItem("token")}`, ...how.headers};
  const reply = await fetch(`/api/v1${path}`, {...how, headers});
  if (!reply.ok) throw reply;
  return reply.json();
}

const ofCase = (path, how) => asked(`/cases/${encodeURIComponent(ref)}${path}`, how);

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

function questions(inquiries, mine) {
  const words = WORDS[language];
  at("questions").replaceChildren();
  at("questions-title").hidden = !inquiries.length;
  for (const one of inquiries) {
    const until = one.status === "open" ? ` (${words.until} ${lastDay(one.answer_due)})` : "";
    const item = line(at("questions"), `${one.question}${until}`, "open");
    const answer = document.createElement("p");
    answer.textContent = one.answer ?? (one.status === "open" ? words.unanswered : words.lapsed);
    item.append(answer);
    if (one.status === "open" && mine) item.append(answering(one.number));
  }
}

function answering(number) {
  const words = WORDS[language];
  const form = document.createElement("form"), label = document.createElement("label");
  const text = document.createElement("textarea"), button = document.createElement("button"), said = document.createElement("p");
  const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
  label.textContent = words.answer;
  text.id = label.htmlFor = `answer-${number}`;
  text.required = true;
  button.textContent = words.send;
  said.setAttribute("role", "status");
  form.append(label, text, button, said);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await ofCase(`/inquiries/${number}/answer`, {
        method: "POST", body: JSON.stringify({answer: text.value}), headers: {"Content-Type": "application/json", "Idempotency-Key": key},
      });
      await load();
    } catch (failed) {
      const problem = failed.json ? await failed.json().catch(() => ({})) : {};
      const why = problem.refusals ?? problem.errors ?? [];
      said.textContent = why.map((one) => one[language]).join(" ") || problem[language] || words.away;
      button.disabled = false;
    }
  });
  return form;
}

function show(found, deadlines, actions, history, inbox) {
  const words = WORDS[language];
  at("about").replaceChildren();
  for (const [name, value] of [
    ["programme", found.titles.programme[language]], ["state", found.titles.state[language]], ["region", found.region], ["entered", moment(found.entered)],
  ]) {
    const term = document.createElement("dt"), said = document.createElement("dd");
    term.textContent = words[name];
    said.textContent = value;
    at("about").append(term, said);
  }
  at("due").replaceChildren();
  for (const one of deadlines.items) {
    const due = one.due ? `${words.last} ${lastDay(one.due)}` : `${words.stopped} ${one.days_left}`;
    const item = line(at("due"), `${one.of === "inquiry" ? `${words.inquiry} ${one.name}` : found.titles.state[language]}: ${due}`);
    const off = one.days.filter((each) => !each.counted);
    if (!off.length) continue;
    const days = document.createElement("details"), title = document.createElement("summary"), list = document.createElement("ul");
    title.textContent = `${words.notCounted}: ${off.length}`;
    for (const each of off) line(list, `${day(each.date)}: ${each.reason[language]}`, "why");
    days.append(title, list);
    item.append(days);
  }
  if (!deadlines.items.length) line(at("due"), words.noDue);
  questions(found.inquiries, inbox.items.some((one) => one.ref === ref && one.steps.some((step) => step.action === "answer_inquiry")));
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
    ["due-title", words.due], ["steps-title", words.steps], ["later-title", words.later], ["history-title", words.history], ["questions-title", words.questions],
  ]) at(name).textContent = text;
  at("language").lang = words.otherLang;
  const known = Boolean(sessionStorage.getItem("token"));
  at("enter").hidden = known;
  at("leave").hidden = !known;
  at("case").hidden = true;
  if (!known) return at("token").focus();
  at("said").textContent = words.wait;
  try {
    const parts = ["", "/deadlines", "/actions", "/history"].map((path) => ofCase(path));
    show(...await Promise.all([...parts, asked(`/inbox?q=${encodeURIComponent(ref)}`)]));
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
