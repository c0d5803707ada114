#!/usr/bin/env -S node --import tsx
'use strict';
const { dirname } = require('node:path');
const { main } = require('../src/main.ts');

// Runs src without a build.
main(dirname(__dirname), { fromSources: true });
