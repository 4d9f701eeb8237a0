export function filterLog(line) {
    return /\b(ERROR|WARN)\b/.test(line) && !line.includes('ignore');
}
