/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/u256.h: integers of up to 256 bits between JSON, text and the 32
 * bytes big-endian (two's complement when signed) that contracts use.
 *
 * All functions: [any].
 */
#ifndef PLUGINS_KIT_U256_H
#define PLUGINS_KIT_U256_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

#define U256_BYTES 32u

/* An integer's type. */
typedef struct {
	guint bits; /* 8 to 256, in steps of 8 */
	gboolean is_signed;
} U256Type;

/* Reads an integer of that type from a JSON integer, a decimal string ("12",
 * "-12") or a hexadecimal one ("0x0c"); nothing else, no blanks, no fractions.
 *
 * Returns: BSN_OK.
 * Out:     out, 32 bytes, sign-extended.
 * Errors:  BSN_BAD_REQUEST: "uint8 goes from 0 to 255, got 256"; the caller
 *          puts its path in front. */
int32_t u256_from_json(const json_t *value, U256Type type, guint8 *out,
		       bsn_err *err);
/* The same from text. */
int32_t u256_from_text(const char *text, gsize len, U256Type type, guint8 *out,
		       bsn_err *err);

/* The decimal text; the caller frees it. */
char *u256_to_text(const guint8 *bytes, gboolean is_signed);
/* A JSON number for types of up to 53 bits, which every JSON reader holds
 * exactly; a decimal string for wider types, whatever the value, so that a
 * member always has one JSON type. New reference. */
json_t *u256_to_json(const guint8 *bytes, U256Type type);

/* Whether `bytes` is a value of that type, i.e. properly extended. */
gboolean u256_fits(const guint8 *bytes, U256Type type);
/* FALSE when the value is over 64 bits. */
gboolean u256_to_u64(const guint8 *bytes, guint64 *out);
void u256_from_u64(guint64 value, guint8 *out);

#endif
