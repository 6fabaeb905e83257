/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/solidity/type.h: the types of Solidity's contract ABI
 * (docs.soliditylang.org, "Contract ABI Specification", "Types").
 *
 * A list of parameters is a tuple, so that arguments, results, structs and
 * event data are one thing. All functions: [any].
 */
#ifndef KIT_SOLIDITY_TYPE_H
#define KIT_SOLIDITY_TYPE_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

typedef enum {
	ABI_UINT,        /* `size` bits */
	ABI_INT,         /* `size` bits */
	ABI_ADDRESS,     /* 20 bytes */
	ABI_BOOL,
	ABI_FIXED_BYTES, /* bytes1 to bytes32: `size` bytes */
	ABI_FUNCTION,    /* address and selector: 24 bytes, as bytes24 */
	ABI_BYTES,
	ABI_STRING,
	ABI_FIXED_ARRAY, /* T[k]: `size` elements */
	ABI_ARRAY,       /* T[] */
	ABI_TUPLE,
} AbiKind;

typedef struct AbiType AbiType;

/* One member of a tuple: a parameter, or a field of a struct. */
typedef struct {
	char *name; /* "" when it has none */
	AbiType *type;
	gboolean indexed; /* of events */
} AbiMember;

struct AbiType {
	AbiKind kind;
	guint32 size;      /* as the kind says, else 0 */
	AbiType *element;  /* of arrays */
	AbiMember *members; /* of tuples */
	guint n_members;
	gboolean named;    /* tuple whose members have distinct names */
	guint nesting;     /* arrays and tuples in it, itself included */
	gboolean dynamic;  /* its place in the head is an offset */
	guint64 head;      /* bytes in the head of what holds it: 32 when it is
			    * dynamic, else all of it */
};

/* Bounds of what an interface may ask for. */
#define ABI_NESTING_MAX 16u      /* arrays and tuples within each other */
#define ABI_MEMBERS_MAX 256u     /* of one tuple */
#define ABI_STATIC_MAX (1u << 20) /* bytes of a type without offsets */

/* Parses a type: "uint256", "bytes32[2][]", "(uint256,string)[]". `uint` and
 * `int` are aliases of 256 bits. For "tuple", "tuple[]" ... `components` is
 * the ABI JSON's array of that name; NULL otherwise.
 *
 * Returns: a type for abi_type_free, or NULL with a reason: "uint7 is no type:
 *          the bits go from 8 to 256 in steps of 8". */
AbiType *abi_type_parse(const char *text, gsize len, const json_t *components,
			bsn_err *err);

/* Parses a function's or an event's signature, "transfer(address,uint256)".
 *
 * Returns: the tuple of its parameters, or NULL with a reason.
 * Out:     name: how many of the first bytes are the name. */
AbiType *abi_signature_parse(bsn_slice signature, gsize *name, bsn_err *err);

/* Parses the ABI JSON of a list of parameters ("inputs", "outputs",
 * "components": [{"name","type","components","indexed"}]) into a tuple. NULL
 * and [] are a tuple without members. */
AbiType *abi_params_parse(const json_t *params, bsn_err *err);

/* abi_type_free(NULL) does nothing. */
void abi_type_free(AbiType *type);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AbiType, abi_type_free)

/* ---- building, for the parser -------------------------------------------- */

AbiType *abi_type_new(AbiKind kind, guint32 size);
/* Adds a member to a tuple; takes both. */
void abi_type_add_member(AbiType *tuple, char *name, AbiType *type);
/* Lays an array or a tuple out once its parts are known. Takes the type and
 * gives it back, or NULL with a reason when it is over a bound. */
AbiType *abi_type_lay_out(AbiType *type, bsn_err *err);

/* ---- asking -------------------------------------------------------------- */

/* Whether a value takes one word: no array, tuple, bytes or string. */
gboolean abi_type_is_word(const AbiType *type);

/* Bytes of the heads of all members or elements, `n` of them. */
guint64 abi_heads_size(const AbiType *type, guint64 n);

/* The type of member or element i. */
const AbiType *abi_part(const AbiType *type, guint64 i);

/* Appends the canonical name, as signatures have it: tuples in parentheses,
 * without names of members. */
void abi_type_name(const AbiType *type, GString *out);

#endif
