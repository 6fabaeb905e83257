/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/solidity/interface.h: a contract's interface (its ABI JSON)
 * parsed once: functions, constructor, events, errors; and what is told apart
 * by digests of their signatures: selectors, topics, revert data.
 *
 * The digest is the chain's: Keccak-256, or SM3 on GM chains. An interface is
 * read only once made. All functions: [any].
 */
#ifndef KIT_SOLIDITY_INTERFACE_H
#define KIT_SOLIDITY_INTERFACE_H

#include <bsn/crypto.h>

#include "plugins/kit/solidity/type.h"

#define ABI_SELECTOR_LEN 4u
#define ABI_TOPIC_LEN 32u
/* Functions, events and errors that an interface may have in all. */
#define ABI_ENTRIES_MAX 4096u

/* A function, an error or the constructor. */
typedef struct {
	char *name;      /* "transfer"; "" for a constructor */
	char *signature; /* "transfer(address,uint256)" */
	guint8 selector[ABI_SELECTOR_LEN];
	gboolean read_only; /* view or pure */
	gboolean payable;
	AbiType *inputs;  /* a tuple, never NULL */
	AbiType *outputs; /* a tuple; NULL when only the signature is known */
} AbiFunction;

typedef struct {
	char *name;
	char *signature;
	guint8 topic[ABI_TOPIC_LEN];
	gboolean anonymous;
	AbiType *inputs; /* a tuple, never NULL */
	AbiType *data;   /* the tuple of those that are not indexed */
	guint n_indexed;
} AbiEvent;

typedef struct {
	GPtrArray *functions; /* AbiFunction */
	GPtrArray *errors;    /* AbiFunction */
	GPtrArray *events;    /* AbiEvent */
	AbiFunction *constructor; /* never NULL: without one in the ABI JSON
				   * it takes no arguments */
} AbiInterface;

/* Parses an ABI JSON array.
 *
 * Returns: an interface for abi_interface_free, or NULL with a reason:
 *          "abi[3].inputs[1]: uint7 is no type: ...".
 * In:      hash: digest_len must be 32. */
AbiInterface *abi_interface_new(const json_t *abi, const bsn_hash *hash,
				bsn_err *err);
/* abi_interface_free(NULL) does nothing. */
void abi_interface_free(AbiInterface *interface);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AbiInterface, abi_interface_free)

/* Finds a function by full signature ("transfer(address,uint256)"), or by name
 * and the number of arguments (array or object; NULL is none). An object's
 * names tell overloads of as many parameters apart.
 *
 * Returns: a function that lives as long as the interface, or NULL with a
 *          reason that lists what there is.
 * Errors:  BSN_NOT_FOUND: no such name; BSN_BAD_REQUEST: wrong number of
 *          arguments, or more than one overload fits; in *status. */
const AbiFunction *abi_find_function(const AbiInterface *interface,
				     bsn_slice name, const json_t *args,
				     int32_t *status, bsn_err *err);
/* By the selector that call data begins with; NULL when there is none. */
const AbiFunction *abi_find_selector(const AbiInterface *interface,
				     bsn_slice call_data);
/* Makes a function from a signature alone, "transfer(address,uint256)"; the
 * results are not known then. Free with abi_function_free. */
AbiFunction *abi_function_from_signature(bsn_slice signature,
					 const bsn_hash *hash, bsn_err *err);
/* abi_function_free(NULL) does nothing. */
void abi_function_free(AbiFunction *function);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AbiFunction, abi_function_free)

/* Appends selector and arguments, what a call's input is; a constructor's are
 * the arguments alone, to be put behind its code. As abi_encode. */
int32_t abi_encode_call(const AbiFunction *function, const json_t *args,
			GByteArray *out, bsn_err *err);

/* Decodes an event.
 *
 * Returns: BSN_OK.
 * In:      topics, n of them (at most 4), 32 bytes each; data.
 * Out:     event; payload: a new reference to an object by parameter name. An
 *          indexed parameter of a dynamic or composite type is in its topic as
 *          a digest only and is given as {"hash": "0x.."}.
 * Errors:  BSN_NOT_FOUND: no event of the interface fits;
 *          BSN_BAD_REQUEST: one fits but its data does not. */
int32_t abi_decode_event(const AbiInterface *interface, const bsn_slice *topics,
			 guint64 n, bsn_slice data, const AbiEvent **event,
			 json_t **payload, bsn_err *err);

/* A sentence for the data that a contract reverted with: Error(string) is its
 * text, Panic(uint256) a sentence for its code, an error of the interface
 * (may be NULL) its name and arguments, anything else its bytes in hex.
 *
 * Returns: UTF-8, one line, under BSN_REASON_MAX bytes; g_free it. */
char *abi_revert_reason(const AbiInterface *interface, const bsn_hash *hash,
			bsn_slice data);

#endif
