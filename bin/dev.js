#!/usr/bin/env -S node --import tsx
import { execute } from '@oclif/core';

// Runs src without a build, with stack traces on errors.
await execute({ development: true, dir: import.meta.url });
