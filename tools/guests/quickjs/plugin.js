// The log filter, for QuickJS.
export function filterLog(line) {
  return line.includes('ERROR') || line.includes('WARN');
}
