/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/json.h: strict reading of JSON requests, and the few shapes that
 * answers are made of. Pure functions; any thread.
 */
#ifndef HOST_GATEWAY_JSON_H
#define HOST_GATEWAY_JSON_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Deepest nesting of a request, so that nobody's recursion is at a stranger's
 * mercy; the deepest documented one is 4. */
#define JSON_DEPTH_MAX 32

/* Decodes one JSON object.
 *
 * Returns: BSN_OK.
 * Out:     out, for json_decref.
 * Errors:  BSN_BAD_REQUEST with line and column, for text that is not JSON,
 *          not an object, nested too deep, or names a member twice. */
int32_t json_decode(const void *data, gsize len, json_t **out, bsn_err *err);

/* What a member holds, and the C type at its offset. */
typedef enum {
	FIELD_TEXT,   /* const char *: a string; borrowed from the object */
	FIELD_HEX,    /* GBytes *: a string "0x.."; the reader's to unref */
	FIELD_U64,    /* guint64: a number from 0 on */
	FIELD_BOOL,   /* gboolean */
	FIELD_OBJECT, /* json_t *: an object; borrowed */
	FIELD_ARRAY,  /* json_t *: an array; borrowed */
	FIELD_VALUES, /* json_t *: an array or an object; borrowed */
} FieldType;

typedef struct {
	const char *name;
	FieldType type;
	gboolean required;
	gsize max; /* bytes of a text or of decoded hex; items of an array */
	gsize offset;
} JsonField;

#define JSON_FIELD(type, member, kind, required, max) \
	{                                             \
#member, (kind), (required), (max),   \
			G_STRUCT_OFFSET(type, member) \
	}
#define JSON_FIELD_END                        \
	{                                     \
		NULL, FIELD_TEXT, FALSE, 0, 0 \
	}

/* Reads an object's members into the zeroed structure `out`. A member that is
 * absent stays zero.
 *
 * Returns: BSN_OK.
 * In:      path, where the object stands in the request ("" for the whole,
 *          "requests[2]"); fields, ended by JSON_FIELD_END.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: the reason begins with the path of
 *          the wrong member. Members read so far are in `out`. */
int32_t json_read(const json_t *object, const char *path,
		  const JsonField *fields, void *out, bsn_err *err);
/* Lets go of what json_read put into `out`, after an error too. */
void json_read_clear(const JsonField *fields, void *out);

/* The name in `names` (ended by NULL) that `name` was probably meant to be, or
 * NULL. */
const char *closest_name(const char *name, const char *const *names);

/* New JSON values. */
json_t *json_hex(const void *data, gsize len);
json_t *json_hex_bytes(GBytes *bytes);
json_t *json_id(const bsn_id *id); /* null for none */
json_t *json_u64(guint64 number);
/* A text that may hold anything; what is not UTF-8 is replaced. */
json_t *json_text(const char *text);
/* JSON text that an engine wrote. NULL when it is not JSON; null when empty. */
json_t *json_foreign(const char *text, gsize len);

/* The same shapes as text, appended. */
void json_put_hex(GString *out, const void *data, gsize len);
void json_put_id(GString *out, const bsn_id *id); /* null for none */
void json_put_i64(GString *out, gint64 number);
void json_put_u64(GString *out, guint64 number);
void json_put_text(GString *out, const char *text);
/* FALSE, and nothing appended, when it is not JSON. */
gboolean json_put_foreign(GString *out, const char *text, gsize len);
void json_put_value(GString *out, const json_t *value);

/* Compact text of a value; free with g_free. */
char *json_write(const json_t *value, gsize *len);
/* The same, or a copy of `otherwise` (may be NULL) for no value. */
char *json_write_or(const json_t *value, const char *otherwise);

#endif
