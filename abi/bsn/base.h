/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/base.h: the types, status codes and rules that every other header of the
 * BSN plugin ABI is written in.
 *
 * The rules of this ABI, once, for all headers:
 *
 * 1. Only fixed-width integers, pointers, NUL-terminated constant strings and
 *    { pointer, length } slices cross the boundary. No enum, bool, bit-field,
 *    FILE, or structure over 16 bytes by value.
 * 2. Every table begins with BSN_TABLE_HEAD. `size` is what the giver compiled
 *    sizeof to be; members are only ever appended; a member is used only after
 *    BSN_HAS(table, member). Records that a caller fills in begin with
 *    `uint32_t size` for the same reason: a member that came later than the
 *    record is used only when BSN_REACHES(record, member). In an array of records
 *    the first record's `size` is the stride. Of a record that the callee fills
 *    in the caller sets `size`, and the callee writes nothing behind it. A record
 *    that is a member of another one, and not by a pointer, never grows.
 * 3. Inputs are borrowed: valid for the duration of the call, never kept, never
 *    written to. Bytes go out through a bsn_sink of the caller's, so nothing
 *    allocated on one side is freed on the other.
 * 4. Argument order: handle, inputs, outputs, err. A length follows its pointer.
 * 5. A function returns a status: 0 is success; above 0 the chain or the
 *    contract said no, which is shown to whoever asked; below 0 the callee
 *    broke or was misused, which is counted and logged and never passed off as
 *    a chain's answer. On any status but 0 the callee writes a reason to `err`.
 * 6. `err` may be NULL. destroy(NULL) and close(NULL) do nothing. Zeroed
 *    optional fields mean "the default". Misuse returns BSN_E_INVALID; no side
 *    ever ends the process.
 * 7. Handles such as bsn_chain are opaque. The side that makes one completes
 *    its structure in its own source; the other side only passes it back.
 * 8. Structures are laid out as the platform's C compiler does by itself:
 *    nothing is packed. Members named `reserved` are 0 and are not looked at.
 * 9. Texts, in slices or ended by NUL, are UTF-8 without a NUL inside. JSON is
 *    that of RFC 8259, one value, no member twice. Where these headers
 *    describe JSON, bytes in it are hexadecimal digits, which whoever reads
 *    takes in either case, after "0x" and without it. Numbers as bytes are
 *    big-endian.
 *
 * Thread and state tags. Each function's comment ends with one:
 *
 *   [main]      called on the host's main loop; must return promptly
 *   [strand]    called for one chain, one call at a time, on any thread; calls
 *               of different chains run at once
 *   [any]       may be called on any thread, at the same time as itself
 *   & open      of a service: from the chain's open, which may use it already,
 *               to the start of its close; of an engine: between the two
 *   & closing   also while the chain closes
 */
#ifndef BSN_BASE_H
#define BSN_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The ABI's version, which is not that of any host. A host loads plugins that were
 * compiled with its own major number and with its own minor number or a lower one:
 * a minor version only adds to what those before it have laid down. */
#define BSN_ABI_MAJOR 1u
#define BSN_ABI_MINOR 1u

/* The first members of every table: its size in bytes as compiled by whoever
 * fills it in, and flags that the table's own header defines. */
#define BSN_TABLE_HEAD                                                         \
	uint32_t size;                                                         \
	uint32_t flags

/* 1 when `record`, which is not NULL, reaches as far as `member`. */
#define BSN_REACHES(record, member)                                            \
	((size_t)((const char *)(&(record)->member + 1) -                      \
		  (const char *)(record)) <= (record)->size)

/* 1 when `table` is not NULL, reaches as far as `member`, a pointer, and has it. */
#define BSN_HAS(table, member)                                                 \
	((table) != NULL && BSN_REACHES(table, member) &&                      \
	 (table)->member != NULL)

/* Borrowed bytes. `data` may be NULL when `len` is 0. */
typedef struct bsn_slice {
	const uint8_t *data;
	uint64_t len; /* bytes */
} bsn_slice;

/* Where a callee writes bytes for its caller. The caller embeds it as the first
 * member of a structure of its own. */
typedef struct bsn_sink bsn_sink;
struct bsn_sink {
	/* Appends `len` bytes. May be called any number of times.
	 *
	 * Returns: BSN_OK, or the status that the callee must return in turn.
	 * In:      data (may be NULL when len is 0), len in bytes.
	 * Errors:  BSN_E_NOMEM; BSN_TOO_LARGE when the caller's bound is met.
	 * On the thread of the call that received the sink. */
	int32_t (*write)(bsn_sink *sink, const void *data, uint64_t len);
};

/* Bytes of one reason text, its NUL included. */
#define BSN_REASON_MAX 248

/* Why a call did not succeed, in the caller's memory. The caller sets `size`
 * and zeroes the rest; a NULL bsn_err is legal everywhere. */
typedef struct bsn_err {
	uint32_t size;
	int32_t native; /* the framework's own code for it, or 0 */
	char reason[BSN_REASON_MAX]; /* UTF-8, NUL-terminated, one sentence */
} bsn_err;

/* Longest hash or identifier that crosses in a bsn_id, in bytes. */
#define BSN_ID_MAX 64

/* A block hash, transaction id or the like; `len` is 0 when there is none. */
typedef struct bsn_id {
	uint32_t len; /* bytes used of `bytes`, 0 to BSN_ID_MAX */
	uint8_t bytes[BSN_ID_MAX];
} bsn_id;

/* All status codes: X(symbol, code, name, HTTP status, sentence). Codes are
 * never reused; names are what the gateway puts into `error.name`. */
#define BSN_STATUS_MAP(X)                                                      \
	X(BSN_OK, 0, "ok", 200, "It succeeded.")                               \
	X(BSN_NOT_FOUND, 1, "not-found", 404, "There is no such thing here.")  \
	X(BSN_BAD_REQUEST, 2, "bad-request", 400,                              \
	  "The request is malformed.")                                         \
	X(BSN_DENIED, 3, "denied", 403,                                        \
	  "The caller is known but may not do this.")                          \
	X(BSN_NOT_OFFERED, 4, "not-offered", 501,                              \
	  "This framework does not offer it.")                                 \
	X(BSN_DUPLICATE, 5, "duplicate", 409, "It is already known.")          \
	X(BSN_CONFLICT, 6, "conflict", 409,                                    \
	  "It contradicts what is already there.")                             \
	X(BSN_EXPIRED, 7, "expired", 422,                                      \
	  "Its period of validity is over or has not begun.")                  \
	X(BSN_BAD_SIGNATURE, 8, "bad-signature", 422,                          \
	  "A signature does not verify.")                                      \
	X(BSN_TOO_LARGE, 9, "too-large", 413, "It is over a size limit.")      \
	X(BSN_BUSY, 10, "busy", 429, "A queue is full: try again later.")      \
	X(BSN_REVERTED, 11, "reverted", 422, "The contract refused it.")       \
	X(BSN_OUT_OF_BUDGET, 12, "out-of-budget", 422,                         \
	  "The execution used up its gas or instruction budget.")              \
	X(BSN_FAULT, 13, "fault", 422,                                         \
	  "The contract did something that its machine forbids.")              \
	X(BSN_FULL, 14, "store-full", 507,                                     \
	  "The store has no room for writes; reads go on.")                    \
	X(BSN_UNAVAILABLE, 15, "unavailable", 503,                             \
	  "It cannot be served at the moment.")                                \
	X(BSN_TIMEOUT, 16, "timeout", 504, "The time limit passed.")           \
	X(BSN_UNAUTHENTICATED, 17, "unauthenticated", 401,                     \
	  "The caller did not prove who it is.")                               \
	X(BSN_FROZEN, 18, "frozen", 423, "It is frozen.")                      \
	X(BSN_E_INVALID, -1, "misuse", 500,                                    \
	  "A call broke the rules of the interface.")                          \
	X(BSN_E_NOMEM, -2, "no-memory", 500, "Memory ran out.")                \
	X(BSN_E_IO, -3, "io-error", 500, "Reading or writing failed.")         \
	X(BSN_E_CORRUPT, -4, "corrupt", 500,                                   \
	  "Stored or received data contradicts itself.")                       \
	X(BSN_E_STATE, -5, "wrong-state", 500,                                 \
	  "The call came at a moment when it is not allowed.")                 \
	X(BSN_E_VERSION, -6, "wrong-version", 500,                             \
	  "A version or format is not one that this side understands.")        \
	X(BSN_E_INTERNAL, -7, "internal", 500,                                 \
	  "The component failed in a way that is its own fault.")

enum {
#define BSN_X(symbol, code, name, http, sentence) symbol = (code),
	BSN_STATUS_MAP(BSN_X)
#undef BSN_X
};

/* The algorithms' conventions of a signature: what `message` goes through
 * before the arithmetic. Frameworks of BSN use three for SM2, so it is always
 * said and never guessed. */
#define BSN_SIGN_STANDARD 0u
/* ^ the algorithm's own: SM2 is e = SM3(Z_A || message) with the user id
 *   (GB/T 32918.2 section 6.1), ECDSA hashes the message with its usual hash
 *   (P-256: SHA-256; secp256k1: Keccak-256), Ed25519 is pure (RFC 8032). */
#define BSN_SIGN_PREHASHED 1u
/* ^ SM2 only: e = SM3(Z_A || SM3(message)); the BSN gateway and the Fabric and
 *   FISCO BCOS GM variants sign so. */
#define BSN_SIGN_DIGEST 2u
/* ^ `message` is the digest itself, 32 bytes: ECDSA as usual; for SM2 the raw
 *   digest without Z_A, as XuperChain signs. */

#ifdef __cplusplus
}
#endif

#endif /* BSN_BASE_H */
