import type { TLSSocket, TlsOptions } from "node:tls";

/** How connections are encrypted and which of them are let in. */
export interface TlsProtection {
  readonly options: TlsOptions;
  /** Why a connection is refused once its handshake is done; null when it is not. */
  refusal(socket: TLSSocket): string | null;
}

/** The rules that hold for a request at one moment. They never change: a later version of the file makes new ones. */
export interface Protection {
  /** Null for plain HTTP. */
  readonly tls: TlsProtection | null;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Counts one more request, and returns 0, if it may come now; else the seconds to wait. */
  readonly wait: () => number;
  /** Whether an `Authorization` header lets its sender in; null when everybody may come. */
  readonly admits: ((authorization: string | undefined) => Promise<boolean>) | null;
}

/** Who may speak to a server of ours, and how. */
export interface WebSecurity {
  /** What holds now. */
  current(): Protection;
}
