// SPDX-License-Identifier: Apache-2.0
'use strict';

const AssetTransfer = require('./lib/asset-transfer.js');

module.exports.contracts = [AssetTransfer];
