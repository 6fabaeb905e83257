/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/scheme.h: a plugin's signature scheme under judgement.
 */
#ifndef TOOLS_CONFORM_SCHEME_H
#define TOOLS_CONFORM_SCHEME_H

#include "tools/conform/checks-crypto.h"
#include "tools/conform/oracle-sign.h"

/* The schemes that are judged by their standards. */
typedef enum { SCHEME_SM2, SCHEME_P256, SCHEME_SECP256K1, SCHEME_ED25519 }
	SchemeKind;

typedef struct {
	Run *run;
	SchemeKind kind;
	const char *name;
	const bsn_signature *table;
	SimRandom random;
	guint accepted, refused; /* items that were judged so */
} Scheme;

/* Check.argument of a scheme's checks. */
#define SCHEME_ARGUMENT(kind, convention) ((guint64)(convention) << 8 | (kind))

/* Ends the check when the plugin does not offer it, or has its lengths wrong. */
void scheme_begin(Scheme *scheme, Run *run);
guint32 scheme_convention(const Scheme *scheme);
/* A line of evidence that sums up what was judged since the last one. */
void scheme_note(Scheme *scheme, const char *what);

void scheme_keys(Scheme *scheme, OracleKeys *keys);
/* A message of `len` bytes; g_bytes_unref. */
GBytes *scheme_message(Scheme *scheme, gsize len);
bsn_slice scheme_slice(GBytes *bytes);
/* Lengths at which hashes and their padding change, in turn. */
#define SCHEME_LENGTHS 16u
gsize scheme_length(guint i);

/* Whether the plugin offers the convention: it signs with it. Ends the check
 * where it does not and may not. */
void scheme_needs_convention(Scheme *scheme, guint32 convention);

/* Signs with the plugin. `signature` has BSN_SIGNATURE_MAX bytes, and is left
 * as it was when there is none; a byte written behind signature_len fails the
 * check. */
int32_t scheme_sign(Scheme *scheme, guint32 convention, const OracleKeys *keys,
		    bsn_slice user_id, bsn_slice message, guint8 *signature);
/* The same, where it has to succeed. */
void scheme_signs(Scheme *scheme, guint32 convention, const OracleKeys *keys,
		  bsn_slice user_id, bsn_slice message, guint8 *signature);

/* An item with the default user id and the scheme's lengths. */
bsn_verify_item scheme_item(const Scheme *scheme, guint32 convention,
			    const guint8 *public_key, bsn_slice message,
			    const guint8 *signature);
int32_t scheme_verify(Scheme *scheme, const bsn_verify_item *item);
/* Judged by the plugin; the check fails on any other answer. `what` the item
 * is: "a signature with s = 0". */
void scheme_accepts(Scheme *scheme, const bsn_verify_item *item,
		    const char *what);
void scheme_refuses(Scheme *scheme, const bsn_verify_item *item,
		    const char *what);

#endif
