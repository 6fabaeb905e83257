/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/json.h: JSON from outside: parsed within bounds, and objects read
 * field by field with reasons that name the field and say what to write.
 *
 *	JsonFields fields = fields_of(config, "config", err);
 *	limit = fields_u64(&fields, "block_tx_limit", 1, 10000, 1000);
 *	hash = fields_choice(&fields, "hash", hashes, "sm3");
 *	return fields_end(&fields);
 *
 * As with RLP, the first error stays and the rest gives defaults, so that
 * fields are read straight down.
 *
 * All functions: [any].
 */
#ifndef PLUGINS_KIT_JSON_H
#define PLUGINS_KIT_JSON_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

/* g_autoptr(json_t) */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Nesting that a text may have. */
#define JSON_NESTING_MAX 32u

/* Parses a text whole: any JSON value, no duplicate members, no NUL in
 * strings.
 *
 * Returns: a new reference, or NULL.
 * In:      text; max: bytes that it may have; what: its name in the reason.
 * Errors:  BSN_TOO_LARGE, BSN_BAD_REQUEST in *status (may be NULL):
 *          "config, line 3 column 7: ..." */
json_t *json_parse(bsn_slice text, guint64 max, const char *what,
		   int32_t *status, bsn_err *err);
/* The same for an object; an empty text is an empty object. */
json_t *json_parse_object(bsn_slice text, guint64 max, const char *what,
			  int32_t *status, bsn_err *err);

/* Writes a value without blanks, members in the order in which they were set.
 * Returns what the sink returns, or BSN_E_NOMEM for NULL, a value that jansson
 * could not make. */
int32_t json_write(const json_t *value, bsn_sink *out);
/* The same as text, "" for NULL; the caller frees it with g_free. */
char *json_text(const json_t *value);

/* Fields that one object can be asked for. */
#define FIELDS_MAX 32u

/* Reads an object, which it borrows. */
typedef struct {
	const json_t *object;
	const char *where; /* path of the object in reasons; borrowed */
	bsn_err *err;
	int32_t status; /* BSN_OK, or that of the first error */
	guint n;
	const char *names[FIELDS_MAX]; /* asked for so far */
} JsonFields;

/* `object` may be NULL, which reads as {}; anything but an object is an
 * error. `where` may be "". */
JsonFields fields_of(const json_t *object, const char *where, bsn_err *err);
/* Parses a text as json_parse_object does and reads that; a failure is the
 * first error.
 *
 * Out: object, to be freed after the last use of what was read; NULL after a
 *      failure. */
JsonFields fields_parse(bsn_slice text, guint64 max, const char *where,
			json_t **object, bsn_err *err);

/* Each gives the field's value, `fallback` when it is missing. Strings and
 * values are borrowed from the object. Names are constant texts. */
guint64 fields_u64(JsonFields *fields, const char *name, guint64 min,
		   guint64 max, guint64 fallback);
gboolean fields_bool(JsonFields *fields, const char *name, gboolean fallback);
const char *fields_string(JsonFields *fields, const char *name, gsize max_len,
			  const char *fallback);
/* One of `choices`, ended by NULL. */
const char *fields_choice(JsonFields *fields, const char *name,
			  const char *const *choices, const char *fallback);
/* NULL when missing. */
const json_t *fields_object(JsonFields *fields, const char *name);
const json_t *fields_array(JsonFields *fields, const char *name, gsize max_n);
const json_t *fields_any(JsonFields *fields, const char *name);
/* Bytes in hex, min to max of them, appended to `out`; FALSE when missing. */
gboolean fields_hex(JsonFields *fields, const char *name, guint64 min,
		    guint64 max, GByteArray *out);

/* Says that a field just read is required: an error when it is missing.
 * `remedy` completes the reason: "config.members is missing: REMEDY". */
void fields_require(JsonFields *fields, const char *name, const char *remedy);
/* Makes a failure of the caller's own the first error. */
void fields_fail(JsonFields *fields, const char *name, const char *problem);

/* Returns: BSN_OK when every field was right and none is unknown.
 * Errors:  those of fields_parse; BSN_BAD_REQUEST: "config has no member
 *          "blok"; its members are block, hash". */
int32_t fields_end(JsonFields *fields);

#endif
