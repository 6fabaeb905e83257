// SPDX-License-Identifier: Apache-2.0
//
// Assets under their ids. Whoever creates one owns it by the name that the
// transaction gives; what changes is told by events. What an asset is to cost is
// for members of the collection "prices" alone: it comes as transient data, which
// no transaction has, and its digest is all that the others get.
'use strict';

const { Contract } = require('fabric-contract-api');

// Members in one order, so that every endorser writes the same bytes.
const toBytes = (asset) =>
  Buffer.from(JSON.stringify(asset, Object.keys(asset).sort()));

const PRICES = 'prices'; // in collections_config.json

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
    const price = ctx.stub.getTransient().get('price');
    if (price) {
      asset.priced = true;
      await ctx.stub.putPrivateData(PRICES, id, price);
    }
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
    const asset = await this.ReadAsset(ctx, id);
    asset.color = color;
    asset.size = wholeNumber(size, 'size');
    asset.owner = owner;
    asset.appraisedValue = wholeNumber(appraisedValue, 'appraisedValue');
    await ctx.stub.putState(id, toBytes(asset));
    ctx.stub.setEvent('AssetUpdated', toBytes({ id, owner }));
    return asset;
  }

  async DeleteAsset(ctx, id) {
    const { priced } = await this.ReadAsset(ctx, id);
    if (priced) {
      await ctx.stub.purgePrivateData(PRICES, id);
    }
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

  async GetPrice(ctx, id) {
    const price = await ctx.stub.getPrivateData(PRICES, id);
    if (price.length === 0) {
      throw new Error(`the asset ${id} has no price`);
    }
    return price.toString();
  }

  // For everyone: whoever is told a price can compare it.
  async GetPriceDigest(ctx, id) {
    const digest = await ctx.stub.getPrivateDataHash(PRICES, id);
    return Buffer.from(digest).toString('hex');
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
