// The log filter, for componentize-js.
export function filterLog(line) {
  return line.includes('ERROR') || line.includes('WARN');
}
