/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/gas.h: what is paid for besides instructions.
 *
 * The unit is a simple instruction, of which the interpreter does some 400
 * million a second: 2.5 ns. A price is what the work takes on such a machine at
 * its worst, rounded up, so that no module costs a node much more time than its
 * gas says; what stays on every node for good (state, code, events) costs more
 * than its time.
 */
#ifndef WASM_MACHINE_GAS_H
#define WASM_MACHINE_GAS_H

/* Any call of the host: the way out of the interpreter and back, 50 ns. */
#define GAS_HOST 20u
/* One argument that is compared with a name: 10 ns; and the name's length. */
#define GAS_ARGUMENT 4u
/* Copying: 8 bytes take less than a unit. */
#define GAS_COPY(len) ((guint64)(len) / 8)

/* Looking up a key in an engine's overlay and then in its store, mostly in
 * memory: 5 us; its bytes are copied three times, and hashed by engines that
 * note what was read. */
#define GAS_GET 2000u
#define GAS_GET_BYTE 1u
/* Writing: into this execution's changes, the engine's, the block's root, and
 * the disk: 12 us, and 50 ns for a byte, which stays. */
#define GAS_PUT 5000u
#define GAS_PUT_BYTE 20u
#define GAS_DEL 5000u
/* Opening an iterator begins a scan of the store; each entry is found without a
 * search; each change of this execution within the range is looked at once. */
#define GAS_ITER 5000u
#define GAS_ITER_ENTRY 500u
#define GAS_ITER_OWN 100u
/* An event stays in a receipt, and is hashed into its root. */
#define GAS_EMIT 2000u
#define GAS_EMIT_BYTE 10u
/* A result, or what a revert says, mostly stays in a receipt as well. */
#define GAS_RESULT_BYTE 10u
/* A line for whoever looks for a fault. */
#define GAS_LOG 500u
#define GAS_LOG_BYTE 4u

/* Digests: SM3, the slowest, takes 4 ns a byte with Keccak close by; and a
 * block of padding. */
#define GAS_HASH 500u
#define GAS_HASH_BYTE 4u
/* A signature of any of the three schemes is verified within 120 us. */
#define GAS_VERIFY 50000u

/* Finding a contract: its record. A byte of what it is called by and with is
 * copied, and hashed by engines. A byte of its code was translated some time ago,
 * and is copied if it is data; but large modules push each other out of the cache,
 * and then reading, validating and translating one takes some 50 ns for a byte. It
 * is paid for before, whether the function is there or not. */
#define GAS_FIND GAS_GET
#define GAS_GIVE_BYTE 2u
#define GAS_FIND_BYTE 4u
/* Beginning a call: an instance with its stack: 50 us. For each page of memory
 * that it begins with the kernel clears 64 KiB. */
#define GAS_CALL 20000u
#define GAS_CALL_PAGE 5000u

/* Deploying: a byte is validated and translated (50 ns), digested, and stays. */
#define GAS_CREATE 100000u
#define GAS_CREATE_BYTE 100u

/* Of a transaction's runs as chaincode, to which the engine gives no budget: half a
 * second for one and those that it calls. */
#define GAS_CHAINCODE 200000000u

#endif
