/** The suffixes of Kubernetes' quantities: powers of 1024, and of 10. */
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** A quantity ends here: what is more, Kubernetes caps. */
const MOST = 2 ** 63;

/** An amount, or why the text is none. */
export type ParsedQuantity =
  { readonly ok: true; readonly amount: number } | { readonly ok: false; readonly detail: string };

/**
 * Reads an amount as Kubernetes spells quantities (apimachinery, resource.Quantity): `250m`, `0.5`, `128Mi`, `1e9`. One
 * suffix or one exponent, no blanks; below 0 there is no amount.
 */
export function parseQuantity(text: string): ParsedQuantity {
  const refuse = (why: string): ParsedQuantity => ({
    ok: false,
    detail: `${JSON.stringify(text)} ${why}; write one such as 250m, 1.5, 128Mi or 2G`,
  });
  const match = /^\+?(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d+)|([KMGTPE]i|[numkMGTPE]?))$/.exec(text);
  if (match === null) return refuse(text.startsWith("-") ? "is below 0" : "is no quantity");
  const [, digits = "", exponent = "", suffix = ""] = match;
  // Read as one decimal number, not multiplied: 100u is 0.0001 to the last digit.
  const amount = Number(`${digits}${exponent || `e${DECIMAL[suffix] ?? 0}`}`) * 2 ** (BINARY[suffix] ?? 0);
  return amount <= MOST ? { ok: true, amount } : refuse("is more than there can be");
}
