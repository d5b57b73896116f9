// The offers of a page: request, show, accept, decline and report them.

import { api, fault, report, signed, visit } from "./api.js";
import { cart } from "./cart.js";
import { addressOf, ask, byId, element, fill, language, page, remember, remembered, say, texts, tile } from "./dom.js";
import { isNothing, money } from "./money.js";
import { showSeen } from "./seen.js";

const MOST_DECLINED = 100;
// How long a shopper may say why not, before the plain no is reported.
const ASK_MS = 8000;
const REASONS = ["price", "fit", "timing", "have_it", "never"];

// What a visitor without a customer id declined; the shop remembers it for customers.
let declined = remembered("declined", []); // [{offer, skus: […]}, …]

// All placements of a page are asked for in one call, so that nothing is shown twice.
export async function showOffers(placements, context, customer) {
  const lists = placements.map(byId);
  const asked = placements.map(ask);
  const isOvertaken = (place) => asked[place]();
  for (const list of lists) list.setAttribute("aria-busy", "true");
  try {
    const answer = await api("offers", {
      placements, locale: language, ...visit, ...context, ...(customer ? signed(customer) : restraint()),
    });
    const reports = answer.placements.map((shown, place) =>
      (isOvertaken(place) ? null : showList(lists[place], shown, customer)));
    Promise.all(reports).then(() => showSeen(customer));
  } catch (error) {
    if (isOvertaken(0)) return;
    const again = () => { if (!isOvertaken(0)) showOffers(placements, context, customer); };
    for (const list of lists) list.replaceChildren();
    lists[0].append(element("li", { class: "empty" }, page.key ? fault(error, again) : texts.no_key));
  } finally {
    lists.forEach((list, place) => { if (!isOvertaken(place)) list.removeAttribute("aria-busy"); });
  }
}

function showList(list, { offers, decision_id: decision }, customer) {
  const shown = offers.filter((offer) => !isSettled(offer));
  list.replaceChildren(...shown.map((offer) => card(offer, decision, customer)));
  sayIfEmpty(list);
  return report("impression", decision, shown, customer);
}

export const hasDeclined = (code) => declined.some(({ offer }) => offer === code);

// A single product that was declined is not shown again, nor is any declined offer.
function restraint() {
  const alone = declined.filter(({ skus }) => skus.length === 1);
  return { exclude: alone.flatMap(({ skus }) => skus), exclude_offers: declined.map(({ offer }) => offer) };
}

// Already accepted: decisions do not know options and intervals in the cart.
function isSettled(offer) {
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
  const node = element("li", { class: "offer", "data-offer": offer.offer },
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
      element("button", { type: "button", class: "quiet", onclick: () => putOff(offer, decision, node, customer) }, texts.later),
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

function putOff(offer, decision, node, customer) {
  report("later", decision, [offer], customer, { until: "day" });
  hide(node, texts.put_off);
}

// Asks why in one click; whoever says nothing has said no all the same.
function decline(offer, decision, node, customer) {
  let isSettled = false;
  const settle = (reason) => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(waiting);
    removeEventListener("pagehide", silently);
    report("decline", decision, [offer], customer, reason ? { reason } : {});
    if (!customer && reason !== "timing") {
      declined = [...declined, { offer: offer.offer, skus: offer.products.map(({ sku }) => sku) }].slice(-MOST_DECLINED);
      remember("declined", declined);
    }
    hide(node, texts.hidden);
  };
  const silently = () => settle();
  const waiting = setTimeout(silently, ASK_MS);
  addEventListener("pagehide", silently);
  const answers = [...REASONS.map((reason) => [reason, texts[`why_${reason}`]]), [undefined, texts.no_reason]];
  const buttons = answers.map(([reason, text]) =>
    element("button", { type: "button", class: "quiet", onclick: () => settle(reason) }, text));
  node.replaceChildren(
    element("p", { class: "body" }, texts.why),
    element("div", { class: "choices", role: "group", "aria-label": texts.why }, ...buttons));
  buttons[0].focus();
}

function hide(node, text) {
  const list = node.parentElement;
  node.remove();
  if (list) sayIfEmpty(list);
  say(text);
}
