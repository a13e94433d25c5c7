/** Who asks to be let in. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The credentials in an `Authorization` header of the scheme Basic (RFC 7617); null when it has none. */
export function readBasic(authorization: string | undefined): Credentials | null {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
