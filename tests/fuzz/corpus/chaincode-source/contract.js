'use strict';
const { Contract } = require('fabric-contract-api');
let n = 0;
class A extends Contract {
  async f(ctx, id) { n++; ctx.stub.putState(id, Buffer.from(`a ${ `b${id}` } c`));
    if (/x\/[/]/.test(id)) for (const k in id) this.x = new Date(); return JSON.stringify({a: 1.5}); }
}
