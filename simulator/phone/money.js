// Exact money: an amount is whole units of 10^-scale as a BigInt. No number with a decimal point is ever computed with.

const DIGITS = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
};

/** How many digits a currency has after the point (ISO 4217). */
export function digits(currency) {
  for (const [n, codes] of Object.entries(DIGITS)) if (codes.split(" ").includes(currency)) return Number(n);
  return 2;
}

/** "12.50 TRY", or a number or text with a currency beside it. Null when it is no amount. */
export function parse(price, currency) {
  const text = String(price ?? "").trim();
  const m = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?\s*([A-Za-z]{3})?$/.exec(text);
  const code = (m?.[5] ?? currency ?? "").toUpperCase();
  if (!m || !code || Math.abs(Number(m[4] ?? 0)) > 30) return null;
  let units = BigInt(m[1] + m[2] + (m[3] ?? ""));
  let scale = (m[3]?.length ?? 0) - Number(m[4] ?? 0);
  for (; scale < digits(code); scale++) units *= 10n;
  // A price finer than the currency keeps its digits; trailing zeros go.
  for (; scale > digits(code) && units % 10n === 0n; scale--) units /= 10n;
  return { units, scale, currency: code };
}

/** The Graph API's {value: 5500, offset: 100}. */
export function fromOffset(amount, currency) {
  if (amount?.value === undefined) return null;
  const scale = String(amount.offset ?? 100).length - 1;
  return parse(`${BigInt(amount.value)}e-${scale}`, currency);
}

export const times = (amount, count) => ({ ...amount, units: amount.units * BigInt(count) });

/** Null when two currencies meet, or when there is nothing to add. */
export function sum(amounts) {
  if (!amounts.length || amounts.some((a) => !a || a.currency !== amounts[0].currency)) return null;
  const scale = Math.max(...amounts.map((a) => a.scale));
  const units = amounts.reduce((total, a) => total + a.units * 10n ** BigInt(scale - a.scale), 0n);
  return { units, scale, currency: amounts[0].currency };
}

/** "12.50", exact. */
export function decimal({ units, scale }) {
  const all = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const sign = units < 0n ? "-" : "";
  return scale > 0 ? `${sign}${all.slice(0, -scale)}.${all.slice(-scale)}` : sign + all;
}

/** As a person reads it, in the browser's language. */
export function show(amount, locale = navigator.language) {
  if (!amount) return "";
  const { units, scale, currency } = amount;
  const whole = units / 10n ** BigInt(scale);
  try {
    // Only the whole part goes through the formatter (as a BigInt); the digits after the point are ours.
    const style = { style: "currency", currency, currencyDisplay: "narrowSymbol", numberingSystem: "latn" };
    const tail = decimal(amount).split(".")[1];
    const template = new Intl.NumberFormat(locale, { ...style, minimumFractionDigits: tail ? 1 : 0, maximumFractionDigits: tail ? 1 : 0 });
    return template.formatToParts(whole).map((p) => (p.type === "fraction" ? tail : p.value)).join("");
  } catch {
    return `${decimal(amount)} ${currency}`;
  }
}
