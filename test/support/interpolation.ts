/** What a stack file's text is when the user sets nothing: `${NAME:-default}` is its default. */
export function defaultOf(text: string): string {
  return text.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1");
}
