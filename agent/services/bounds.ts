// A node that ever sees more services than this has them made by a machine; each is five series for good.
const SERVICES_MOST = 1000;
const CODES_MOST = 32;
const OTHER = "other";

/** Label values that cannot grow without end: what comes beyond the bounds is counted under `other`. */
export interface Bounds {
  service(name: string): string;
  /** The exit code's label; null is `unknown`. */
  code(service: string, code: number | null): string;
}

export function createBounds(): Bounds {
  const codes = new Map<string, Set<string>>();
  return {
    service(name) {
      if (!codes.has(name) && codes.size >= SERVICES_MOST) return OTHER;
      if (!codes.has(name)) codes.set(name, new Set());
      return name;
    },
    code(service, code) {
      const seen = codes.get(service) ?? new Set();
      const text = code === null ? "unknown" : String(code);
      if (!seen.has(text) && seen.size >= CODES_MOST) return OTHER;
      seen.add(text);
      return text;
    },
  };
}
