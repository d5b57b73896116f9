// The data of the page, and functions to build its elements.

import { paint } from "./tile.js";

export const byId = (id) => document.getElementById(id);
export const page = JSON.parse(byId("page").textContent);
export const { texts, language } = page;

export const remembered = (name, otherwise) => JSON.parse(sessionStorage.getItem(name)) ?? otherwise;
export const remember = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
export const addressOf = (sku) => `?${new URLSearchParams({ product: sku, language })}`;

let silence;
export function say(text) {
  byId("status").textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { byId("status").textContent = ""; }, 5000);
}

// Responses can arrive out of order; only the one to the latest request is used.
const questions = new Map();
export function ask(about) {
  const question = (questions.get(about) ?? 0) + 1;
  questions.set(about, question);
  return () => questions.get(about) !== question;
}

export const tile = (name) => paint(element("span", { class: "tile", "aria-hidden": "true" }), name);
