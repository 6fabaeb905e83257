#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import { runClient } from './client.mjs';

await runClient('viem.mjs');
