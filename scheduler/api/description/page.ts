import type { AnswerShape, Endpoint } from "../http/endpoint.ts";
import { answersOf } from "./openapi.ts";

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
h1{font-size:1.6rem}h2{font-size:1rem;font-family:ui-monospace,monospace;border-top:1px solid #d8dee4;padding-top:1rem;margin-top:2rem}
h2 b{color:#0b5cad}table{border-collapse:collapse;margin:.5rem 0}td,th{text-align:left;padding:.1rem 1rem .1rem 0;vertical-align:top}
code{font-family:ui-monospace,monospace}.role{color:#57606a}
@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}h2{border-color:#30363d}h2 b{color:#6cb6ff}.role{color:#9198a1}}`;

/** The API as a page for people: no script, nothing from elsewhere. */
export function pageOf(endpoints: readonly Endpoint[], version: string): string {
  const contents = endpoints.map(
    ({ id, method, path }) =>
      `<li><a href="#${id}"><code>${method.toUpperCase()} ${escaped(path)}</code></a></li>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Ballast API</title><style>${STYLE}</style></head><body>
<h1>Ballast API ${escaped(version)}</h1>
<p>GET never changes anything. POST only tells what it would do, unless <code>dryRun=false</code> is in the query. Errors are
problem documents (RFC 9457). For programs: <a href="openapi.json">openapi.json</a>.</p>
<ul>${contents.join("")}</ul>
${endpoints.map(sectionOf).join("\n")}
</body></html>
`;
}

/** What the page's own parts need, and nothing else. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

function sectionOf(endpoint: Endpoint): string {
  const { id, method, path, summary, role, params, query, body } = endpoint;
  const inputs = [
    ...fieldsOf("path", params),
    ...fieldsOf("query", query),
    ...(body !== null && "shape" in body ? fieldsOf("body", body as Endpoint["query"]) : []),
  ];
  return `<section id="${id}"><h2><b>${method.toUpperCase()}</b> ${escaped(path)}</h2>
<p>${escaped(summary)}. <span class="role">Role: ${role}</span></p>
${inputs.length === 0 ? "" : `<table>${inputs.join("")}</table>`}
<table>${Object.entries(answersOf(endpoint)).map(answerRow).join("")}</table></section>`;
}

function fieldsOf(place: string, { shape }: Endpoint["query"]): readonly string[] {
  return Object.entries(shape).map(([name, type]) => {
    const { description = "" } = type as { readonly description?: string };
    return `<tr><td>${place}</td><td><code>${escaped(name)}</code></td><td>${escaped(description)}</td></tr>`;
  });
}

function answerRow([status, { description }]: [string, AnswerShape]): string {
  return `<tr><td><code>${status}</code></td><td>${escaped(description)}</td></tr>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
