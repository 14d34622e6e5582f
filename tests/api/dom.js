"use strict";
// What a browser gives api/pages/case.js, and no more: a property that is not here throws, so markup from text cannot pass.
const KNOWN = new Set([
  "id", "className", "hidden", "lang", "type", "required", "disabled", "htmlFor", "value", "title",
]);

class Element {
  constructor(tag) {
    Object.assign(this, {tag, nodes: [], listeners: {}, attributes: {}, hidden: false});
  }
  get textContent() { return this.nodes.map((one) => (typeof one === "string" ? one : one.textContent)).join(""); }
  set textContent(text) { this.nodes = [String(text)]; }
  append(...nodes) { this.nodes.push(...nodes); }
  replaceChildren(...nodes) { this.nodes = nodes; }
  setAttribute(name, value) { this.attributes[name] = value; }
  addEventListener(kind, listener) { (this.listeners[kind] ??= []).push(listener); }
  focus() { document.focused = this; }
  fire(kind) { for (const one of this.listeners[kind] ?? []) one({preventDefault() {}}); }
}

const guarded = (element) => new Proxy(element, {
  set(target, name, value) {
    const own = KNOWN.has(name) || ["textContent", "nodes"].includes(name);
    if (!own) throw new Error(`no such property of an element here: ${String(name)}`);
    return Reflect.set(target, name, value);
  },
});

function built(tree) {
  const element = guarded(new Element(tree.tag));
  for (const [name, value] of Object.entries(tree.attributes)) {
    if (KNOWN.has(name)) element[name] = ["hidden", "required", "disabled"].includes(name) ? true : value;
    else element.setAttribute(name, value);
  }
  element.append(...tree.nodes.map((one) => (typeof one === "string" ? one : built(one))));
  return element;
}

const found = (element, fits) => (fits(element) ? element
  : element.nodes.filter((one) => typeof one !== "string").map((one) => found(one, fits)).find(Boolean) ?? null);

const shown = (element) => ({
  tag: element.tag, id: element.id ?? "", lang: element.lang ?? "", class: element.className ?? "",
  hidden: element.hidden, disabled: Boolean(element.disabled),
  nodes: element.nodes.map((one) => (typeof one === "string" ? one : shown(one))),
});

const document = {
  getElementById(id) {
    const one = found(this.documentElement, (each) => each.id === id);
    if (!one) throw new Error(`the page has no ${id}`);
    return one;
  },
  createElement: (tag) => guarded(new Element(tag)),
};
const kept = {};
const sessionStorage = {
  getItem: (name) => kept[name] ?? null,
  setItem(name, value) { kept[name] = String(value); },
  removeItem(name) { delete kept[name]; },
};
const crypto = {getRandomValues: (array) => array.map(() => Math.floor(Math.random() * 2 ** 32))};
const waiting = [], answers = {};

function fetch(path, how = {}) {
  waiting.push({number: waiting.length, path, method: how.method ?? "GET", headers: how.headers ?? {}, body: how.body ?? null});
  return new Promise((resolve) => { answers[waiting.length - 1] = resolve; });
}

function answered(number, status, text) {
  answers[number]({status, ok: status >= 200 && status < 300, json: async () => JSON.parse(text)});
}
