// SPDX-License-Identifier: Apache-2.0
import {
  Context, Contract, Info, Param, Returns, Transaction,
} from 'fabric-contract-api';

const key = (ctx: Context, name: string): string =>
  ctx.stub.createCompositeKey('account', [name]);

@Info({ title: 'Accounts', description: 'Points that people give each other' })
export class Accounts extends Contract {
  constructor() {
    super('Accounts');
  }

  @Transaction()
  @Param('name', 'string')
  @Param('points', 'number')
  public async Open(ctx: Context, name: string, points: number): Promise<void> {
    if (await this.read(ctx, name) !== undefined) {
      throw new Error(`${name} has an account`);
    }
    await this.write(ctx, name, points);
  }

  @Transaction()
  public async Give(
    ctx: Context, from: string, to: string, points: number,
  ): Promise<void> {
    const left = await this.read(ctx, from);
    const right = await this.read(ctx, to);
    if (left === undefined || right === undefined) {
      throw new Error('no such account');
    }
    if (!Number.isSafeInteger(points) || points <= 0 || points > left) {
      throw new Error(`${from} cannot give ${points}`);
    }
    await this.write(ctx, from, left - points);
    await this.write(ctx, to, right + points);
    ctx.stub.setEvent('Given', Buffer.from(`${from} ${to} ${points}`));
  }

  @Transaction(false)
  @Returns('number')
  public async Points(ctx: Context, name: string): Promise<number> {
    const points = await this.read(ctx, name);
    if (points === undefined) {
      throw new Error('no such account');
    }
    return points;
  }

  private async read(ctx: Context, name: string): Promise<number | undefined> {
    const bytes = await ctx.stub.getState(key(ctx, name));
    return bytes.length > 0 ? Number(Buffer.from(bytes).toString()) : undefined;
  }

  private async write(ctx: Context, name: string, points: number): Promise<void> {
    await ctx.stub.putState(key(ctx, name), Buffer.from(String(points)));
  }
}
