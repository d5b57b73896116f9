// Amounts are decimal strings; they are added as integer minor units, never as floats.

import { language } from "./dom.js";

export function money({ amount, currency }) {
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(amount);
}

export const isNothing = ({ amount }) => /^[-0.]*$/.test(amount);
export const less = (price) => `−${money(price)}`;

export function times({ amount, currency }, quantity) {
  const { units, exponent } = toMinor(amount);
  return { amount: toMajor(units * BigInt(quantity), exponent), currency };
}

export function sum(prices) {
  const parts = prices.map(({ amount }) => toMinor(amount));
  const exponent = Math.max(0, ...parts.map((part) => part.exponent));
  const units = parts.reduce((all, part) => all + part.units * 10n ** BigInt(exponent - part.exponent), 0n);
  return { amount: toMajor(units, exponent), currency: prices[0]?.currency };
}

function toMinor(amount) {
  const [whole, decimals = ""] = amount.split(".");
  return { units: BigInt(whole + decimals), exponent: decimals.length };
}

function toMajor(units, exponent) {
  const digits = String(units).padStart(exponent + 1, "0");
  return exponent ? `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}` : digits;
}
