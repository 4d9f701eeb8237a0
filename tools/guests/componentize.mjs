// componentize.mjs CORE.wasm FILE.wit OUT.wasm: wraps a core module into a component, by
// npm's @bytecodealliance/jco. For developers who rebuild spec-tests/guests.
import { readFile, writeFile } from 'node:fs/promises';
import { componentEmbed, componentNew } from '@bytecodealliance/jco';

const [core, wit, out] = process.argv.slice(2);
const embedded = await componentEmbed({
    binary: await readFile(core),
    witSource: await readFile(wit, 'utf8'),
    stringEncoding: 'utf8',
});
await writeFile(out, await componentNew(embedded, []));
