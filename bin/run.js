#!/usr/bin/env node
import { execute, settings } from '@oclif/core';

// Always run what was built. Without this, NODE_ENV=test (a test runner sets it, its child processes inherit it) would
// make oclif run the TypeScript sources instead of dist.
settings.enableAutoTranspile = false;

await execute({ dir: import.meta.url });
