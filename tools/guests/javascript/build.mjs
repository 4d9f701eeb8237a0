// Makes app.js a component of the world log-filter, in the folder it is run in.
import { componentize } from '@bytecodealliance/componentize-js';
import { readFile, writeFile } from 'node:fs/promises';
const source = await readFile('app.js', 'utf8');
const { component } = await componentize(source, {
  witPath: 'wit/log-filter.wit', worldName: 'log-filter',
  disableFeatures: ['http', 'stdio', 'random', 'clocks', 'fetch-event'],
});
await writeFile('js.wasm', component);
