// The offers of a placement: request, show, accept, decline and report them.

import { api, fault, report } from "./api.js";
import { cart } from "./cart.js";
import { addressOf, ask, byId, element, fill, language, page, remember, remembered, say, texts, tile } from "./dom.js";
import { isNothing, money } from "./money.js";

let declined = remembered("declined", []); // ["offer sku sku", …]
const nameOf = (offer) => [offer.offer, ...offer.products.map((product) => product.sku)].join(" ");

// Offers that are already in another list, which `beside` waits for, are not shown twice.
export async function showOffers(placement, context, customer, beside = null) {
  const list = byId(placement);
  const isOvertaken = ask(placement);
  list.setAttribute("aria-busy", "true");
  try {
    const answer = await api("offers", {
      placement, locale: language, ...context, ...(customer ? { customer } : {}),
    });
    const elsewhere = await beside;
    if (isOvertaken()) return null;
    const offers = answer.offers.filter((offer) => !isSettled(offer) && !elsewhere?.has(nameOf(offer)));
    list.replaceChildren(...offers.map((offer) => card(offer, answer.decision_id, customer)));
    sayIfEmpty(list);
    report("impression", answer.decision_id, offers, customer);
  } catch (error) {
    if (isOvertaken()) return null;
    const again = () => { if (!isOvertaken()) showOffers(placement, context, customer, beside); };
    list.replaceChildren(element("li", { class: "empty" }, page.key ? fault(error, again) : texts.no_key));
  } finally {
    if (!isOvertaken()) list.removeAttribute("aria-busy");
  }
  return new Set([...list.children].map((node) => node.dataset.name));
}

// Declined or already accepted: decisions do not know options and intervals in the cart.
function isSettled(offer) {
  if (declined.includes(nameOf(offer))) return true;
  if (offer.add_on) return cart.lines.some(({ sku, options }) => sku === offer.add_on.on && options.length);
  if (!offer.subscription) return false;
  const skus = offer.products.map(({ sku }) => sku);
  return cart.lines.some(({ sku, interval_days: interval }) => interval && skus.includes(sku));
}

export function sayIfEmpty(list) {
  if (!list.children.length) list.append(element("li", { class: "empty" }, texts.no_offers));
}

function card(offer, decision, customer) {
  const isReward = Boolean(offer.missing); // there is no product to add: the shopper chooses one
  const choice = choose(offer);
  const node = element("li", { class: "offer", "data-offer": offer.offer, "data-name": nameOf(offer) },
    element("h3", {}, offer.headline || offer.offer),
    offer.body && element("p", { class: "body" }, offer.body),
    ...offer.products.map((product) => proposed(product, offer, decision, customer)),
    offer.replaces && element("p", { class: "instead" }, fill(texts.instead, { name: whatIs(offer.replaces) })),
    offer.gains.length ? element("ul", { class: "gains" }, ...offer.gains.map((gain) => element("li", {}, gain))) : null,
    detail(offer) && element("p", { class: "detail" }, detail(offer)),
    reachedBy(offer, decision, customer),
    choice.node,
    isReward && !offer.products.length ? null : cost(offer),
    element("p", { class: "reason" }, offer.reason.text),
    element("div", { class: "choices" },
      isReward ? null : element("button", { type: "button", class: "primary", onclick: () => accept(offer, decision, choice, customer) },
        { upgrade: texts.upgrade, subscription: texts.subscribe }[offer.kind] ?? texts.accept),
      element("button", { type: "button", class: "quiet", onclick: () => decline(offer, decision, node, customer) }, texts.decline)));
  return node;
}

function proposed(product, offer, decision, customer) {
  const link = element("a", { href: addressOf(product.sku) }, product.name);
  link.addEventListener("click", () => report("click", decision, [offer], customer));
  return element("p", { class: "name" }, tile(product.name),
    element("span", {}, product.quantity > 1 ? `${product.quantity} × ` : null, link));
}

function cost({ price }) {
  const isCheaper = !isNothing(price.saving);
  return element("p", { class: "cost" },
    isCheaper ? element("del", {}, money(price.list)) : null, isCheaper ? " " : null,
    element("strong", {}, money(price.offer)),
    isCheaper ? element("span", { class: "saving" }, fill(texts.saving, { amount: money(price.saving) })) : null);
}

// The additional text of the kinds with their own terms.
function detail({ next, missing, subscription }) {
  if (next) return fill(texts.next, { more: next.more, quantity: next.quantity, total: money(next.total) });
  if (missing && cart.lines.length) return ""; // the quote has the exact value with all offers applied
  if (missing) return missing.spend ? fill(texts.spend, { amount: money(missing.spend) }) : fill(texts.units, missing);
  if (!subscription) return "";
  const { now, later, from_cycle: cycle } = subscription;
  return fill(texts.subscription, { now: money(now), later: money(later), cycle });
}

// Products that reach the reward on their own.
function reachedBy(offer, decision, customer) {
  if (!offer.reached_by?.length) return null;
  return element("ul", { class: "reached" }, element("li", {}, texts.reached_by),
    ...offer.reached_by.map((product) => element("li", {}, tile(product.name),
      element("span", {}, product.quantity > 1 ? `${product.quantity} × ` : null,
        element("a", { href: addressOf(product.sku) }, product.name), " ",
        element("span", { class: "surcharge" }, money(product.offer_price))),
      element("button", { type: "button", "aria-label": `${texts.accept}: ${product.name}`, onclick: () => add(product, offer, decision, customer) }, "+"))));
}

function add(product, offer, decision, customer) {
  report("accept", decision, [offer], customer);
  cart.hold(product);
  say(fill(texts.added, { name: product.name }));
}

// The shopper's choice within the offer: `node` shows it, `value` reads it.
function choose({ subscription, add_on: addOn, products }) {
  if (subscription?.interval_days.length) return chooseInterval(subscription.interval_days);
  if (addOn) return chooseOptions(addOn, products.map((product) => product.sku));
  return { node: null, value: () => ({ interval_days: subscription ? 28 : 0 }) };
}

function chooseInterval(intervals) {
  const select = element("select", {},
    ...intervals.map((days) => element("option", { value: days }, fill(texts.days, { days }))));
  return {
    node: element("p", { class: "picks" }, element("label", {}, texts.interval, " ", select)),
    value: () => ({ interval_days: Number(select.value) }),
  };
}

function chooseOptions(addOn, suggested) {
  const most = addOn.max_count ?? addOn.options.length;
  const boxes = addOn.options.map(({ sku }) => element("input", {
    type: "checkbox", value: sku, checked: suggested.includes(sku), onchange: () => limit(boxes, most),
  }));
  const labels = addOn.options.map((option, place) => element("label", {}, boxes[place],
    element("span", {}, option.name), element("span", { class: "surcharge" }, `+ ${money(option.offer_price)}`)));
  limit(boxes, most);
  return {
    node: element("fieldset", { class: "picks" }, element("legend", {}, fill(texts.options, { count: most })), ...labels),
    value: () => ({
      name: whatIs(addOn.on),
      options: addOn.options.filter((_, place) => boxes[place].checked).map(({ sku, name }) => ({ sku, name, quantity: 1 })),
    }),
  };
}

function limit(boxes, most) {
  const isFull = boxes.filter((box) => box.checked).length >= most;
  for (const box of boxes) box.disabled = isFull && !box.checked;
}

const whatIs = (sku) => (page.product?.sku === sku ? page.product.name : cart.nameOf(sku) ?? sku);

function accept(offer, decision, choice, customer) {
  report("accept", decision, [offer], customer);
  cart.take(offer, decision, choice.value());
  say(fill(texts.added, { name: offer.products.map((product) => product.name).join(" + ") }));
}

function decline(offer, decision, node, customer) {
  report("decline", decision, [offer], customer);
  declined = [...declined, nameOf(offer)];
  remember("declined", declined);
  const list = node.parentElement;
  node.remove();
  sayIfEmpty(list);
  say(texts.hidden);
}
