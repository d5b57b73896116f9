// A storefront as small as it can be: it asks for offers, shows them, and reports what came of them.

const page = JSON.parse(document.getElementById("page").textContent);
const { texts, language } = page;
const byId = (id) => document.getElementById(id);

const remembered = (name, otherwise) => JSON.parse(sessionStorage.getItem(name)) ?? otherwise;
const remember = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));

const session = remembered("session", crypto.randomUUID?.() ?? String(Math.random()).slice(2));
remember("session", session);
let cart = remembered("cart", []); // [{sku, name, pack, count, amount, currency}]
let declined = remembered("declined", []); // ["offer sku sku", …]

// --- Small things ---------------------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") node.addEventListener("click", value);
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

let silence;
function say(text) {
  byId("status").textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { byId("status").textContent = ""; }, 5000);
}
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function money({ amount, currency }) {
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(amount);
}

// Amounts are decimal strings; they are added as whole minor units, never as floats.
function toMinor(amount) {
  const [whole, decimals = ""] = amount.split(".");
  return { units: BigInt(whole + decimals), exponent: decimals.length };
}
function times(amount, quantity) {
  const { units, exponent } = toMinor(amount);
  return toMajor(units * BigInt(quantity), exponent);
}
function sum(amounts) {
  const parts = amounts.map(toMinor);
  const exponent = Math.max(0, ...parts.map((part) => part.exponent));
  const units = parts.reduce((all, p) => all + p.units * 10n ** BigInt(exponent - p.exponent), 0n);
  return toMajor(units, exponent);
}
function toMajor(units, exponent) {
  const digits = String(units).padStart(exponent + 1, "0");
  return exponent ? `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}` : digits;
}

// --- The API --------------------------------------------------------------------------------------

async function ask(path, body) {
  const response = await fetch(`/api/v1/${path}`, {
    method: "POST",
    headers: { "Authorization": `Bearer ${page.key}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

function report(type, decision, offers) {
  const customer = byId("customer").value;
  const events = offers.map((offer) => ({
    event_id: crypto.randomUUID?.() ?? `${session}-${performance.now()}-${offer.position}`,
    type,
    decision_id: decision,
    offer: offer.offer,
    position: offer.position,
    occurred_at: new Date().toISOString(),
    session,
    ...(customer ? { customer } : {}),
  }));
  if (events.length) ask("events", { events }).catch((error) => console.error(error));
}

// --- Offers ---------------------------------------------------------------------------------------

const nameOf = (offer) => [offer.offer, ...offer.products.map((product) => product.sku)].join(" ");

// Answers may overtake each other; the one to the last question of a placement counts.
const questions = new Map();

async function showOffers(placement, context) {
  const list = byId(placement);
  const question = (questions.get(placement) ?? 0) + 1;
  const isOvertaken = () => questions.get(placement) !== question;
  questions.set(placement, question);
  list.setAttribute("aria-busy", "true");
  try {
    if (!page.key) throw new Error(texts.no_key);
    const customer = byId("customer").value;
    const answer = await ask("offers", {
      placement, locale: language, ...context, ...(customer ? { customer } : {}),
    });
    if (isOvertaken()) return;
    const offers = answer.offers.filter((offer) => !declined.includes(nameOf(offer)));
    list.replaceChildren(...offers.map((offer) => card(offer, answer.decision_id)));
    if (!offers.length) list.append(element("li", { class: "empty" }, texts.no_offers));
    report("impression", answer.decision_id, offers);
  } catch (error) {
    if (isOvertaken()) return;
    console.error(error);
    list.replaceChildren(element("li", { class: "empty" }, page.key ? texts.failed : texts.no_key));
  } finally {
    if (!isOvertaken()) list.removeAttribute("aria-busy");
  }
}

function card(offer, decision) {
  const names = offer.products.map((product) => {
    const link = element("a", { href: addressOf(product.sku) }, product.name);
    link.addEventListener("click", () => report("click", decision, [offer]));
    return element("p", { class: "name" }, product.quantity > 1 ? `${product.quantity} × ` : null, link);
  });
  const isCheaper = offer.price.list.amount !== offer.price.offer.amount;
  const isReward = Boolean(offer.missing); // nothing to put into the cart: the shopper adds what they like
  const node = element("li", { class: "offer", "data-offer": offer.offer },
    element("h3", {}, offer.headline || offer.offer),
    offer.body ? element("p", { class: "body" }, offer.body) : null,
    ...names,
    replacedName(offer) ? element("p", { class: "instead" }, fill(texts.instead, { name: replacedName(offer) })) : null,
    offer.gains.length ? element("ul", { class: "gains" }, ...offer.gains.map((gain) => element("li", {}, gain))) : null,
    ...details(offer).map((text) => element("p", { class: "detail" }, text)),
    isReward && !offer.products.length ? null : element("p", { class: "cost" },
      isCheaper ? element("del", {}, money(offer.price.list)) : null, isCheaper ? " " : null,
      money(offer.price.offer)),
    isCheaper ? element("p", { class: "saving" }, fill(texts.saving, { amount: money(offer.price.saving) })) : null,
    element("p", { class: "reason" }, offer.reason.text),
    element("div", { class: "choices" },
      isReward ? null : element("button", { type: "button", class: "primary", onclick: () => accept(offer, decision) },
        offer.kind === "upgrade" ? texts.upgrade : texts.accept),
      element("button", { type: "button", onclick: () => decline(offer, decision, node) }, texts.decline)));
  return node;
}

// What the kinds with terms of their own say besides their products and price.
function details({ next, missing, subscription, add_on: addOn }) {
  if (next) return [fill(texts.next, { more: next.more, quantity: next.quantity, total: money(next.total) })];
  if (missing) return [missing.spend ? fill(texts.spend, { amount: money(missing.spend) }) : fill(texts.units, missing)];
  if (subscription) {
    const { now, later, from_cycle: cycle } = subscription;
    return [fill(texts.subscription, { now: money(now), later: money(later), cycle })];
  }
  return addOn ? addOn.options.map((option) => `${option.name}: + ${money(option.offer_price)}`) : [];
}

function replacedName(offer) {
  if (!offer.replaces) return "";
  const line = cart.find(({ sku }) => sku === offer.replaces);
  if (line) return line.name;
  return page.product?.sku === offer.replaces ? page.product.name : offer.replaces;
}

function accept(offer, decision) {
  report("accept", decision, [offer]);
  const name = offer.products.map((product) => product.name).join(" + ");
  if (offer.kind === "upgrade") cart = cart.filter(({ sku }) => sku !== offer.replaces);
  // These say what a line holds then, what is there already included.
  if (["quantity", "buy_get", "subscription"].includes(offer.kind)) {
    const skus = offer.products.map((product) => product.sku);
    cart = cart.filter(({ sku }) => !skus.includes(sku));
  }
  for (const product of offer.products) putProposed(product, offer.kind);
  changed(fill(texts.added, { name }));
}

function decline(offer, decision, node) {
  report("decline", decision, [offer]);
  declined = [...declined, nameOf(offer)];
  remember("declined", declined);
  const list = node.parentElement;
  node.remove();
  if (!list.children.length) list.append(element("li", { class: "empty" }, texts.no_offers));
  say(texts.hidden);
}

// --- The cart -------------------------------------------------------------------------------------

// A line counts packs: `amount` is what one pack of `pack` units costs.
function put({ sku, name, pack, count = 1, amount, currency }) {
  const same = cart.find((line) => line.sku === sku && line.amount === amount && line.pack === pack);
  if (same) same.count += count;
  else cart.push({ sku, name, pack, count, amount, currency });
}

// A bundle's product costs what it costs as a pack. Each unit of an upgrade costs the same, so they can
// be taken one by one.
function putProposed({ sku, name, quantity, offer_price }, kind) {
  const { units, exponent } = toMinor(offer_price.amount);
  const count = kind === "upgrade" ? quantity : 1;
  const amount = toMajor(units / BigInt(count), exponent);
  put({ sku, name, pack: quantity / count, count, amount, currency: offer_price.currency });
}

function change(line, step) {
  line.count += step;
  cart = cart.filter(({ count }) => count > 0);
  changed("");
}

function remove(line) {
  cart = cart.filter((each) => each !== line);
  changed("");
}

function changed(message) {
  remember("cart", cart);
  say(message);
  showCart();
  showProductOffers();
}

function showCart() {
  const lines = byId("lines");
  lines.replaceChildren(...cart.map((line) => element("li", {},
    element("a", { href: addressOf(line.sku) }, line.name),
    element("span", { class: "amounts" },
      element("button", { type: "button", "aria-label": `${texts.less}: ${line.name}`, onclick: () => change(line, -1) }, "−"),
      String(line.count * line.pack),
      element("button", { type: "button", "aria-label": `${texts.more}: ${line.name}`, onclick: () => change(line, 1) }, "+"),
      element("span", {}, money({ amount: times(line.amount, line.count), currency: line.currency })),
      element("button", { type: "button", "aria-label": `${texts.remove}: ${line.name}`, onclick: () => remove(line) }, "×")))));
  if (!cart.length) lines.append(element("li", { class: "empty" }, texts.empty_cart));
  const amount = sum(cart.map((line) => times(line.amount, line.count)));
  byId("total").textContent = cart.length ? `${texts.total} ${money({ amount, currency: cart[0].currency })}` : "";
  showOffers("cart", { cart: cartLines() });
}

function cartLines() {
  const quantities = new Map();
  for (const { sku, count, pack } of cart) quantities.set(sku, (quantities.get(sku) ?? 0) + count * pack);
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }));
}

// --- The product ----------------------------------------------------------------------------------

function addressOf(sku) {
  return `?${new URLSearchParams({ product: sku, language })}`;
}

function showProduct() {
  if (!page.product) return;
  byId("product-category").textContent = page.product.category;
  byId("product-name").textContent = page.product.name;
  byId("product-price").textContent = money(page.product.price);
  byId("add").hidden = false;
}

function showProductOffers() {
  if (page.product) showOffers("product_page", { product: page.product.sku, cart: cartLines() });
  else byId("product_page").replaceChildren(element("li", { class: "empty" }, texts.no_offers));
}

async function search(event) {
  event.preventDefault();
  const response = await fetch(`products?${new URLSearchParams({ q: byId("query").value })}`);
  const { products } = await response.json();
  const results = products.map((product) => element("li", {},
    element("a", { href: addressOf(product.sku) }, product.name), ` ${money(product.price)}`));
  byId("results").querySelector(".found").replaceChildren(
    ...(results.length ? results : [element("li", { class: "empty" }, texts.no_results)]));
  byId("results").hidden = false;
}

// --- Begin ----------------------------------------------------------------------------------------

byId("customer").value = remembered("customer", "");
byId("customer").addEventListener("change", () => {
  remember("customer", byId("customer").value);
  changed("");
});
byId("add").addEventListener("click", () => {
  put({ sku: page.product.sku, name: page.product.name, pack: 1, ...page.product.price });
  changed(fill(texts.added, { name: page.product.name }));
});
byId("search").addEventListener("submit", search);
for (const link of document.querySelectorAll("[data-language]")) {
  const query = new URLSearchParams(location.search);
  query.set("language", link.dataset.language);
  link.href = `?${query}`;
}
showProduct();
showProductOffers();
showCart();
