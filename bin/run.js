#!/usr/bin/env node
import module from 'node:module';

// Where Node can keep what it compiled for the next start (22.1 and newer), a start takes a fifth less.
module.enableCompileCache?.();
const { main } = await import('../dist/main.js');

await main(import.meta.url);
