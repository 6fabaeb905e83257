/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn_contract.h: a contract in C or C++ for chains with the runtime "wasm".
 *
 *   #include <bsn_contract.h>
 *
 *   BSN_EXPORT(greet)
 *   {
 *           bsn_text name = bsn_arg(0, "name");
 *
 *           if (name.len == 0)
 *                   bsn_revert(BSN_TEXT("whom?"));
 *           bsn_put(BSN_TEXT("last"), name);
 *           bsn_result(BSN_JOIN(BSN_TEXT("hello, "), name));
 *   }
 *
 *   sdk=$(pkg-config --variable=sdkdir bsn-abi)
 *   clang @$sdk/wasm/flags -I$sdk/wasm -o greet.wasm greet.c
 *
 * Each call of a contract runs in an instance of its own: variables begin anew,
 * and what is to be kept is put into the state. Memory is taken by bsn_alloc and
 * never given back: the instance ends soon. There is no libc; but for memcpy,
 * memmove, memset, memcmp and strlen, which compilers call on their own.
 *
 * Lengths are in bytes. Texts need not be text: keys, values, results and
 * arguments are bytes. What a function answers was allocated, has a 0 behind it
 * (not counted in len), and may be kept. Whatever a chain refuses (a key that is
 * too long, a pointer outside) ends the call and undoes it. What calls cost, and
 * what the imports do exactly, is in docs/wasm.md.
 */
#ifndef BSN_CONTRACT_H
#define BSN_CONTRACT_H

#ifndef __wasm__
#error "compile with clang --target=wasm32"
#endif
#ifndef __wasm_bulk_memory__
#error "compile with -mbulk-memory"
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define BSN_LINKAGE extern "C"
#else
#define BSN_LINKAGE extern
#endif

/* A function that callers may name. BSN_EXPORT(initialize) runs once, when the
 * contract is created, with the deployment's arguments. */
#define BSN_EXPORT(name)                                                       \
	BSN_LINKAGE __attribute__((export_name(#name))) void name(void);       \
	void name(void)

/* Larger functions of these headers, each in a contract once at most. */
#define BSN_APART static __attribute__((noinline, unused))

/* ---- what chains offer: the module "bsn" ---------------------------------- */

/* "-> register": the answer's bytes are fetched with bsn_raw_take, which needs
 * room for as many as the length that was answered. -1: there is none. */
#define BSN_IMPORT(type, name)                                                 \
	BSN_LINKAGE                                                            \
	__attribute__((import_module("bsn"), import_name(#name))) type         \
		bsn_raw_##name

BSN_IMPORT(int32_t, arg)(uint32_t place, const void *name, uint32_t len);
BSN_IMPORT(uint32_t, arg_count)(void);
BSN_IMPORT(void, take)(void *to);
BSN_IMPORT(uint32_t, register_len)(void);
BSN_IMPORT(uint32_t, caller)(void);
BSN_IMPORT(uint32_t, origin)(void);
BSN_IMPORT(uint32_t, self)(void);
BSN_IMPORT(uint32_t, function)(void);
BSN_IMPORT(int32_t, state_get)(const void *key, uint32_t len);
BSN_IMPORT(void, state_put)(const void *key, uint32_t key_len,
			    const void *value, uint32_t len);
BSN_IMPORT(void, state_del)(const void *key, uint32_t len);
BSN_IMPORT(uint32_t, iter)(const void *from, uint32_t from_len, const void *to,
			   uint32_t to_len);
BSN_IMPORT(int32_t, iter_next)(uint32_t handle);
BSN_IMPORT(uint32_t, iter_value)(uint32_t handle);
BSN_IMPORT(void, emit)(const void *name, uint32_t name_len, const void *data,
		       uint32_t len);
BSN_IMPORT(int32_t, call)(const void *contract, uint32_t contract_len,
			  const void *function, uint32_t function_len,
			  const void *args, uint32_t len);
BSN_IMPORT(void, result)(const void *data, uint32_t len);
__attribute__((noreturn)) BSN_IMPORT(void, revert)(const void *reason,
						   uint32_t len);
BSN_IMPORT(void, hash)(uint32_t alg, const void *data, uint32_t len,
		       void *digest);
BSN_IMPORT(int32_t, verify)(uint32_t alg, const void *key, uint32_t key_len,
			    const void *message, uint32_t message_len,
			    const void *signature, uint32_t len);
BSN_IMPORT(void, log)(const void *text, uint32_t len);
BSN_IMPORT(uint64_t, block_number)(void);
BSN_IMPORT(uint64_t, block_time)(void);

/* Of bsn_hash, 32 bytes each. BSN_HASH_CHAIN: what the chain uses itself. */
enum { BSN_HASH_CHAIN, BSN_SM3, BSN_SHA256, BSN_KECCAK256 };
/* Of bsn_verify. */
enum { BSN_SM2 = 1, BSN_P256, BSN_SECP256K1 };

#include "bsn_memory.h"

/* ---- texts ---------------------------------------------------------------- */

typedef struct {
	const char *data;
	uint32_t len;
} bsn_text;

#ifdef __cplusplus
#define BSN_TEXT(literal) (bsn_text{ (literal), sizeof(literal) - 1 })
#else
#define BSN_TEXT(literal) ((bsn_text){ (literal), sizeof(literal) - 1 })
#endif

__attribute__((noreturn)) static inline void
bsn_revert(bsn_text reason)
{
	bsn_raw_revert(reason.data, reason.len);
}

static inline bool
bsn_equal(bsn_text a, bsn_text b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* Two to many texts, one behind the other. */
BSN_APART bsn_text
bsn_join(const bsn_text *parts, uint32_t n)
{
	bsn_text all = { NULL, 0 };
	char *to;

	for (uint32_t i = 0; i < n; i++)
		all.len += parts[i].len;
	all.data = to = (char *)bsn_alloc(all.len + 1);
	for (uint32_t i = 0; i < n; i++) {
		memcpy(to, parts[i].data, parts[i].len);
		to += parts[i].len;
	}
	return all;
}
#ifndef __cplusplus
#define BSN_JOIN(...)                                                          \
	bsn_join((const bsn_text[]){ __VA_ARGS__ },                            \
		 sizeof((const bsn_text[]){ __VA_ARGS__ }) / sizeof(bsn_text))
#endif

/* n in decimal. */
BSN_APART bsn_text
bsn_decimal(uint64_t n)
{
	char *end = (char *)bsn_alloc(21) + 20;
	char *at = end;

	do
		*--at = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	return (bsn_text){ at, (uint32_t)(end - at) };
}

/* A whole decimal text. Returns: false: it is none, or beyond 64 bits. */
BSN_APART bool
bsn_number(bsn_text text, uint64_t *n)
{
	*n = 0;
	for (uint32_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned char)text.data[i] - (unsigned)'0';

		if (digit > 9 || *n > (UINT64_MAX - digit) / 10)
			return false;
		*n = *n * 10 + digit;
	}
	return text.len > 0;
}

/* "0x" and lower-case digits. */
BSN_APART bsn_text
bsn_hex(bsn_text bytes)
{
	char *to = (char *)bsn_alloc(2 * bytes.len + 3);
	bsn_text all = { to, 2 * bytes.len + 2 };

	*to++ = '0';
	*to++ = 'x';
	for (uint32_t i = 0; i < bytes.len; i++) {
		*to++ = "0123456789abcdef"[(bytes.data[i] >> 4) & 15];
		*to++ = "0123456789abcdef"[bytes.data[i] & 15];
	}
	return all;
}

static inline int
bsn_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes of such a text, in digits of either case. Returns: false: it is
 * none. */
BSN_APART bool
bsn_unhex(bsn_text text, bsn_text *bytes)
{
	uint32_t n = text.len / 2 - 1;
	char *to;

	if (text.len < 2 || text.len % 2 != 0 || text.data[0] != '0' ||
	    text.data[1] != 'x')
		return false;
	to = (char *)bsn_alloc(n + 1);
	for (uint32_t i = 0; i < n; i++) {
		int high = bsn_hex_digit(text.data[2 * i + 2]);
		int low = bsn_hex_digit(text.data[2 * i + 3]);

		if (high < 0 || low < 0)
			return false;
		to[i] = (char)(high << 4 | low);
	}
	*bytes = (bsn_text){ to, n };
	return true;
}

/* ---- the call ------------------------------------------------------------- */

/* The register's bytes. */
BSN_APART bsn_text
bsn_taken(uint32_t len)
{
	char *to = (char *)bsn_alloc(len + 1);

	bsn_raw_take(to);
	return (bsn_text){ to, len };
}

/* The argument of that name, else the one at that place, from 0, of those
 * without a name. Returns: false: there is none. */
static inline bool
bsn_find_arg(uint32_t place, const char *name, bsn_text *value)
{
	int32_t len = bsn_raw_arg(place, name, (uint32_t)strlen(name));

	if (len >= 0)
		*value = bsn_taken((uint32_t)len);
	return len >= 0;
}

/* The same; reverts where it is missing. */
BSN_APART bsn_text
bsn_arg(uint32_t place, const char *name)
{
	bsn_text value;

	if (bsn_find_arg(place, name, &value))
		return value;
	value = (bsn_text){ name, (uint32_t)strlen(name) };
	{
		const bsn_text parts[] = { BSN_TEXT("the argument \""), value,
					   BSN_TEXT("\" is missing") };

		bsn_revert(bsn_join(parts, 3));
	}
}

/* Addresses as the chain's framework writes them: who calls (a contract, when one
 * does), who signed the transaction, and this contract. */
static inline bsn_text bsn_caller(void) { return bsn_taken(bsn_raw_caller()); }
static inline bsn_text bsn_origin(void) { return bsn_taken(bsn_raw_origin()); }
static inline bsn_text bsn_self(void) { return bsn_taken(bsn_raw_self()); }

/* What the call answers; the last one counts. */
static inline void
bsn_result(bsn_text data)
{
	bsn_raw_result(data.data, data.len);
}

static inline void
bsn_emit(bsn_text name, bsn_text data)
{
	bsn_raw_emit(name.data, name.len, data.data, data.len);
}

/* Milliseconds since 1970-01-01, as docs/wasm.md says. */
static inline uint64_t bsn_block_time(void) { return bsn_raw_block_time(); }
static inline uint64_t bsn_block_number(void) { return bsn_raw_block_number(); }

/* ---- the contract's state ------------------------------------------------- */

/* Returns: false: there is no such key. */
static inline bool
bsn_get(bsn_text key, bsn_text *value)
{
	int32_t len = bsn_raw_state_get(key.data, key.len);

	if (len >= 0)
		*value = bsn_taken((uint32_t)len);
	return len >= 0;
}

static inline void
bsn_put(bsn_text key, bsn_text value)
{
	bsn_raw_state_put(key.data, key.len, value.data, value.len);
}

static inline void
bsn_del(bsn_text key)
{
	bsn_raw_state_del(key.data, key.len);
}

/* Goes over the keys from `from` to before `to` (empty: to the last), in the order
 * of their bytes. Returns: a handle for bsn_next. */
static inline uint32_t
bsn_iter(bsn_text from, bsn_text to)
{
	return bsn_raw_iter(from.data, from.len, to.data, to.len);
}

/* Returns: false: there are no more. `value` may be NULL. */
static inline bool
bsn_next(uint32_t handle, bsn_text *key, bsn_text *value)
{
	int32_t len = bsn_raw_iter_next(handle);

	if (len < 0)
		return false;
	*key = bsn_taken((uint32_t)len);
	if (value != NULL)
		*value = bsn_taken(bsn_raw_iter_value(handle));
	return true;
}

/* ---- others, digests, signatures ------------------------------------------ */

/* Calls another contract; `args` as bsn_field_add writes them. A status other than
 * 0 is one of <bsn/base.h>, and what the other did is undone.
 * Returns: the status; the output, or the reason, in `output`. */
static inline int32_t
bsn_call(bsn_text contract, bsn_text function, bsn_text args, bsn_text *output)
{
	int32_t status = bsn_raw_call(contract.data, contract.len,
				      function.data, function.len, args.data,
				      args.len);

	*output = bsn_taken(bsn_raw_register_len());
	return status;
}

/* 32 bytes. */
static inline bsn_text
bsn_hash(uint32_t alg, bsn_text data)
{
	char *digest = (char *)bsn_alloc(33);

	bsn_raw_hash(alg, data.data, data.len, digest);
	return (bsn_text){ digest, 32 };
}

/* Keys and signatures as docs/wasm.md says. */
static inline bool
bsn_verify(uint32_t alg, bsn_text key, bsn_text message, bsn_text signature)
{
	return bsn_raw_verify(alg, key.data, key.len, message.data, message.len,
			      signature.data, signature.len) == 1;
}

#include "bsn_writer.h"
#ifdef __cplusplus
#include "bsn_contract.hpp"
#endif

#endif
