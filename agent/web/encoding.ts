/**
 * Whether an `Accept-Encoding` header (RFC 9110, 12.5.3) asks for gzip: it is named, or `*` stands for it, with a
 * weight above 0 and no smaller than that of no encoding at all, if it names that one too.
 */
export function prefersGzip(header: string | readonly string[] | undefined): boolean {
  if (header === undefined) return false;
  const weights = weightsOf(String(header));
  const any = weights.get("*") ?? 0;
  const gzip = weights.get("gzip") ?? weights.get("x-gzip") ?? any;
  return gzip > 0 && gzip >= (weights.get("identity") ?? 0);
}

function weightsOf(header: string): ReadonlyMap<string, number> {
  return new Map(
    header.split(",").map((item): [string, number] => {
      const [coding = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
      return [coding, weightOf(parameters)];
    }),
  );
}

/** 1 without a weight; one that cannot be read is a refusal, because plain text can be read by everybody. */
function weightOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  if (weight === undefined) return 1;
  const text = weight.replace(/^q\s*=\s*/, "");
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
