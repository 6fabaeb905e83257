/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/rich/collate.h"

#include <string.h>

#include <unicode/ucol.h>
#include <unicode/ustring.h>

#include "plugins/kit/wire.h"

/* First byte of a value. What ends an array or object is below them all. */
#define PLACE_END 1u
#define PLACE_NAME 2u
#define PLACE_NULL 2u
#define PLACE_FALSE 3u
#define PLACE_TRUE 4u
#define PLACE_NUMBER 5u
#define PLACE_STRING 6u
#define PLACE_ARRAY 7u
#define PLACE_OBJECT 8u

/* ---- strings ---- */

/* CouchDB's: the root locale without attributes. Without its data nothing can be
 * compared, and a host that is installed as it should be has them. */
static const UCollator *
collator(void)
{
	static gsize once;

	if (g_once_init_enter(&once)) {
		UErrorCode status = U_ZERO_ERROR;
		UCollator *opened = ucol_open("", &status);

		if (U_FAILURE(status))
			g_error("ICU has no root collation: %s",
				u_errorName(status));
		g_once_init_leave(&once, (gsize)opened);
	}
	return (const UCollator *)once;
}

/* A sort key has no NUL but the one that ends it. */
static void
put_sort_key(GByteArray *out, const UChar *text, gint32 len)
{
	const guint before = out->len;
	gint32 room = 4 * len + 16;
	gint32 size;

	g_byte_array_set_size(out, before + (guint)room);
	size = ucol_getSortKey(collator(), text, len, out->data + before, room);
	if (size > room) {
		g_byte_array_set_size(out, before + (guint)size);
		size = ucol_getSortKey(collator(), text, len,
				       out->data + before, size);
	}
	g_byte_array_set_size(out, before + (guint)size);
}

/* UTF-16 never has more units than UTF-8 has bytes. */
static void
put_icu(GByteArray *out, const char *text, gsize len)
{
	UChar few[256];
	g_autofree UChar *many = len > G_N_ELEMENTS(few) ? g_new(UChar, len)
							 : NULL;
	UChar *units = many != NULL ? many : few;
	UErrorCode status = U_ZERO_ERROR;
	gint32 n = 0;

	u_strFromUTF8WithSub(units, (gint32)MAX(len, G_N_ELEMENTS(few)), &n,
			     text, (gint32)len, 0xfffd, NULL, &status);
	put_sort_key(out, units, U_FAILURE(status) ? 0 : n);
}

static void
put_string(GByteArray *out, const char *text, gsize len, CollateStrings strings)
{
	static const guint8 nul;

	if (strings == COLLATE_ICU) {
		put_icu(out, text, len);
		return;
	}
	g_byte_array_append(out, (const guint8 *)text, (guint)len);
	g_byte_array_append(out, &nul, 1);
}

/* ---- numbers ---- */

/* The bits of a double in its order: negative ones turned round. */
static guint64
ordered_bits(double number)
{
	const guint64 sign = G_GUINT64_CONSTANT(1) << 63;
	guint64 bits;

	number += 0.0; /* -0 is 0 */
	memcpy(&bits, &number, sizeof(bits));
	return (bits & sign) != 0 ? ~bits : bits | sign;
}

/* An integer is the double next to it and what is missing, of at most 512, so
 * that those compare exactly that no double can tell apart. */
static void
put_number(GByteArray *out, const json_t *value)
{
	const double nearest = json_number_value(value);
	gint32 missing = 0;

	if (json_is_integer(value)) {
		const gint64 exact = json_integer_value(value);

		/* 2^63 is no gint64 any more. */
		missing = nearest >= 0x1p63
				  ? -(gint32)(G_MAXINT64 - exact) - 1
				  : (gint32)(exact - (gint64)nearest);
	}
	wire_put(out, ordered_bits(nearest), 8);
	wire_put(out, (guint64)(missing + 0x8000), 2);
}

/* ---- values ---- */

gint
collate_compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
put_array(GByteArray *out, const json_t *value, CollateStrings strings)
{
	for (gsize i = 0; i < json_array_size(value); i++)
		collate_put(out, json_array_get(value, i), strings);
	wire_put(out, PLACE_END, 1);
}

static void
put_object(GByteArray *out, json_t *value, CollateStrings strings)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const char *name;
	json_t *member;

	json_object_foreach(value, name, member)
		g_ptr_array_add(names, (gpointer)name);
	g_ptr_array_sort(names, collate_compare_names);
	for (guint i = 0; i < names->len; i++) {
		name = names->pdata[i];
		wire_put(out, PLACE_NAME, 1);
		put_string(out, name, strlen(name), strings);
		collate_put(out, json_object_get(value, name), strings);
	}
	wire_put(out, PLACE_END, 1);
}

void
collate_put(GByteArray *out, const json_t *value, CollateStrings strings)
{
	static const guint8 places[] = {
		[JSON_OBJECT] = PLACE_OBJECT,  [JSON_ARRAY] = PLACE_ARRAY,
		[JSON_STRING] = PLACE_STRING,  [JSON_INTEGER] = PLACE_NUMBER,
		[JSON_REAL] = PLACE_NUMBER,    [JSON_TRUE] = PLACE_TRUE,
		[JSON_FALSE] = PLACE_FALSE,    [JSON_NULL] = PLACE_NULL,
	};

	wire_put(out, places[json_typeof(value)], 1);
	if (json_is_number(value))
		put_number(out, value);
	else if (json_is_string(value))
		put_string(out, json_string_value(value),
			   json_string_length(value), strings);
	else if (json_is_array(value))
		put_array(out, value, strings);
	else if (json_is_object(value))
		put_object(out, (json_t *)value, strings);
}

void
collate_put_version(GByteArray *out)
{
	UVersionInfo library;
	UVersionInfo rules;

	u_getVersion(library);
	ucol_getVersion(collator(), rules);
	g_byte_array_append(out, library, sizeof(library));
	g_byte_array_append(out, rules, sizeof(rules));
}
