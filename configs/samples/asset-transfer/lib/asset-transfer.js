// SPDX-License-Identifier: Apache-2.0
//
// Assets under their ids. Whoever creates one owns it by the name that the
// transaction gives; what changes is told by events.
'use strict';

const { Contract } = require('fabric-contract-api');

// Members in one order, so that every endorser writes the same bytes.
const toBytes = (asset) =>
  Buffer.from(JSON.stringify(asset, Object.keys(asset).sort()));

function wholeNumber(text, name) {
  if (!/^[0-9]{1,15}$/.test(text)) {
    throw new Error(`${name} must be a whole number, not "${text}"`);
  }
  return Number(text);
}

class AssetTransfer extends Contract {
  constructor() {
    super('AssetTransfer');
  }

  async CreateAsset(ctx, id, color, size, owner, appraisedValue) {
    if (id === '') {
      throw new Error('an asset needs an id');
    }
    if (await this.AssetExists(ctx, id)) {
      throw new Error(`the asset ${id} already exists`);
    }
    const asset = {
      id,
      color,
      size: wholeNumber(size, 'size'),
      owner,
      appraisedValue: wholeNumber(appraisedValue, 'appraisedValue'),
    };
    await ctx.stub.putState(id, toBytes(asset));
    ctx.stub.setEvent('AssetCreated', toBytes({ id, owner }));
    return asset;
  }

  async ReadAsset(ctx, id) {
    const bytes = await ctx.stub.getState(id);
    if (bytes.length === 0) {
      throw new Error(`the asset ${id} does not exist`);
    }
    return JSON.parse(bytes.toString());
  }

  async UpdateAsset(ctx, id, color, size, owner, appraisedValue) {
    await this.ReadAsset(ctx, id);
    const asset = {
      id,
      color,
      size: wholeNumber(size, 'size'),
      owner,
      appraisedValue: wholeNumber(appraisedValue, 'appraisedValue'),
    };
    await ctx.stub.putState(id, toBytes(asset));
    ctx.stub.setEvent('AssetUpdated', toBytes({ id, owner }));
    return asset;
  }

  async DeleteAsset(ctx, id) {
    await this.ReadAsset(ctx, id);
    await ctx.stub.deleteState(id);
    ctx.stub.setEvent('AssetDeleted', toBytes({ id }));
  }

  async AssetExists(ctx, id) {
    const bytes = await ctx.stub.getState(id);
    return bytes.length > 0;
  }

  async TransferAsset(ctx, id, newOwner) {
    const asset = await this.ReadAsset(ctx, id);
    const from = asset.owner;
    asset.owner = newOwner;
    await ctx.stub.putState(id, toBytes(asset));
    ctx.stub.setEvent('AssetTransferred', toBytes({ id, from, to: newOwner }));
    return from;
  }

  async GetAllAssets(ctx) {
    const assets = [];
    for await (const { value } of ctx.stub.getStateByRange('', '')) {
      assets.push(JSON.parse(Buffer.from(value).toString()));
    }
    return assets;
  }

  // The latest first.
  async GetAssetHistory(ctx, id) {
    const changes = [];
    for await (const change of ctx.stub.getHistoryForKey(id)) {
      changes.push({
        txId: change.txId,
        deleted: change.isDelete,
        asset: change.isDelete ? null
          : JSON.parse(Buffer.from(change.value).toString()),
      });
    }
    return changes;
  }
}

module.exports = AssetTransfer;
