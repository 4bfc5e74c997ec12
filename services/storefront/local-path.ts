/** Only paths of this store: an address elsewhere would make the form a springboard. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[\w\-./?=&%+]*$/.test(path) ? path : "/";
}
