// SPDX-License-Identifier: Apache-2.0
//
// every.c in AssemblyScript, where more is said.
import * as bsn from "bsn-contract";

export function hex(): void {
  const bytes = bsn.unhex(bsn.arg(0, "text"));
  bsn.require(bytes !== null, "no digits");
  bsn.result(bsn.hex(bytes!));
}

export function digest(): void {
  bsn.result(bsn.hex(bsn.hash(bsn.Hash.Sha256, bsn.argBytes(0, "data"))));
}

export function sum(): void {
  const a = bsn.number(bsn.arg(0, "a"));
  const b = bsn.number(bsn.arg(1, "b"));
  bsn.require(a >= 0 && b >= 0, "no number");
  bsn.result((a + b).toString());
}

export function entries(): void {
  bsn.put("a", "1");
  bsn.put("b", "2");
  bsn.put("c", "");
  if (bsn.argCount() > 2) bsn.del(bsn.arg(2, "skip"));
  const found = new bsn.Iterator(bsn.arg(0, "from"), bsn.arg(1, "to"));
  const out = new bsn.Json().open("{");
  while (found.next()) out.key(found.key).text(found.value());
  bsn.result(out.close("}").toString());
}

export function ask(): void {
  const answer = bsn.call("other", bsn.arg(0, "function"),
    new bsn.Fields().add("to", bsn.arg(1, "to")).add("", bsn.self()));
  bsn.result((answer.status == 0 ? "yes: " : "no: ") + answer.text());
}

export function bomb(): void {
  while (true) new Uint8Array(1 << 20).fill(1);
}
