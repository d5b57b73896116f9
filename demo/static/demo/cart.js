// The cart and the accepted offers. Prices come from quotes.

import { remember, remembered } from "./dom.js";

const MOST_ACCEPTED = 50;
let lines = remembered("lines", []); // [{sku, name, quantity, interval_days, options: [{sku, name, quantity}]}]
let accepted = remembered("accepted", []); // [{decision_id, offer, position, skus}]
let codes = remembered("codes", []);
let names = remembered("names", {}); // of all products that were in the cart, for later messages
let onchange = () => {};

export const cart = {
  get lines() { return lines; },
  get codes() { return codes; },
  get unitCount() { return lines.reduce((all, line) => all + line.quantity, 0); },
  nameOf: (sku) => names[sku],
  whenChanged(callback) { onchange = callback; },

  // The cart for quotes and the checkout.
  asQuoted: () => lines.map(({ sku, quantity, interval_days, options }) => ({
    sku,
    quantity,
    ...(interval_days ? { interval_days } : {}),
    ...(options.length ? { options: options.map((option) => ({ sku: option.sku, quantity: option.quantity })) } : {}),
  })),
  acceptances: () => accepted.map(({ decision_id, offer, position }) => ({ decision_id, offer, position })),

  // The cart for decisions: products and quantities.
  asOffered() {
    const quantities = new Map();
    for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
    return [...quantities].map(([sku, quantity]) => ({ sku, quantity }));
  },

  put(product, quantity = 1) { put(product, quantity); changed(); },
  // Sets the quantity of a product in the cart.
  hold(product) { without([product.sku]); put(product, product.quantity); changed(); },
  change(line, step) {
    line.quantity += step;
    lines = lines.filter(({ quantity }) => quantity > 0);
    changed();
  },
  remove(line) { lines = lines.filter((each) => each !== line); changed(); },
  enterCode(code) { codes = [...new Set([...codes, code])]; changed(); },
  dropCode(code) { codes = codes.filter((each) => each !== code); changed(); },
  forget(place) { accepted.splice(place, 1); changed(); },
  clear() { lines = []; accepted = []; codes = []; changed(); },

  // Accepts an offer; `choice` has the selected `interval_days` or `options`.
  take(offer, decision, choice) {
    const skus = (CHANGES[offer.kind] ?? putProducts)(offer, choice);
    accepted.push({ decision_id: decision, offer: offer.offer, position: offer.position, skus });
    accepted = accepted.slice(-MOST_ACCEPTED);
    changed();
  },
};

const identity = (line) =>
  [line.sku, line.interval_days, ...line.options.map(({ sku, quantity }) => `${sku}×${quantity}`)].join(" ");

function put({ sku, name }, quantity, interval_days = 0) {
  const line = { sku, name, quantity, interval_days, options: [] };
  const same = lines.find((each) => identity(each) === identity(line));
  if (same) same.quantity += quantity;
  else lines.push(line);
}

// Removes the one-time lines of these products, because the offer includes them.
function without(skus) {
  lines = lines.filter((line) => !skus.includes(line.sku) || line.interval_days || line.options.length);
}

// How an accepted offer changes the cart, and which SKUs it is about. Other kinds add their products.
const CHANGES = {
  upgrade: replaceProduct,
  quantity: setQuantities,
  buy_get: setQuantities,
  subscription: setQuantities,
  add_on: takeOptions,
};

function putProducts({ products }, { interval_days: interval }) {
  for (const product of products) put(product, product.quantity, interval);
  return products.map(({ sku }) => sku);
}

function replaceProduct(offer, choice) {
  without([offer.replaces]);
  return putProducts(offer, choice);
}

// The quantities of these offers include what is in the cart.
function setQuantities(offer, choice) {
  without(offer.products.map(({ sku }) => sku));
  return putProducts(offer, choice);
}

function takeOptions({ add_on: { on } }, { name, options }) {
  const line = lines.find(({ sku }) => sku === on);
  if (line) line.options = options;
  else lines.push({ sku: on, name, quantity: 1, interval_days: 0, options });
  return options.map(({ sku }) => sku);
}

function changed() {
  const there = new Set(lines.flatMap((line) => [line.sku, ...line.options.map((option) => option.sku)]));
  names = { ...names, ...Object.fromEntries(lines.map(({ sku, name }) => [sku, name])) };
  accepted = accepted.filter(({ skus }) => skus.some((sku) => there.has(sku)));
  remember("lines", lines);
  remember("accepted", accepted);
  remember("codes", codes);
  remember("names", names);
  onchange();
}
