// A command of WASI: keeps the lines of a file, or of standard input, that speak of errors or
// warnings, for componentize-js. What it takes and says is told in tools/guests/README.md.
import { getArguments, getEnvironment } from 'wasi:cli/environment@0.2.12';
import { exit } from 'wasi:cli/exit@0.2.12';
import { getStderr } from 'wasi:cli/stderr@0.2.12';
import { getStdin } from 'wasi:cli/stdin@0.2.12';
import { getStdout } from 'wasi:cli/stdout@0.2.12';
import { now, subscribeDuration } from 'wasi:clocks/monotonic-clock@0.2.12';
import { now as wallNow } from 'wasi:clocks/wall-clock@0.2.12';
import { getDirectories } from 'wasi:filesystem/preopens@0.2.12';

const readAll = (stream) => {
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    try {
      text += decoder.decode(stream.blockingRead(65536n), { stream: true });
    } catch (error) {
      return text + decoder.decode(); // its end
    }
  }
};

const write = (stream, text) => {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += 4096) {
    stream.blockingWriteAndFlush(bytes.subarray(at, at + 4096));
  }
};

// A file below one of the folders that we were given.
const open = (name, openFlags, flags) => {
  for (const [directory, path] of getDirectories()) {
    if (name.startsWith(path + '/')) {
      return directory.openAt({ symlinkFollow: true }, name.slice(path.length + 1), openFlags, flags);
    }
  }
  throw new Error('no such folder');
};

const clocksRun = () => {
  const before = now();
  subscribeDuration(10000000n).block();
  return now() - before >= 10000000n && wallNow().seconds > 1577836800n;
};

export const run = {
  run() {
    const [, input, output] = getArguments();
    const prefix = Object.fromEntries(getEnvironment()).PREFIX ?? '';
    if (!clocksRun()) {
      throw 'no clock';
    }
    let text;
    try {
      text = readAll(input ? open(input, {}, { read: true }).readViaStream(0n) : getStdin());
    } catch {
      write(getStderr(), `cannot read ${input}\n`);
      exit({ tag: 'err' });
    }
    const kept = text.split('\n').filter((line) => /ERROR|WARN/.test(line));
    write(getStdout(), kept.map((line) => `${prefix}${line}\n`).join(''));
    if (output) {
      const file = open(output, { create: true, truncate: true }, { write: true });
      write(file.writeViaStream(0n), `${kept.length} kept\n`);
    }
    if (kept.length === 0) {
      exit({ tag: 'err' });
    }
  },
};
