/* SPDX-License-Identifier: Apache-2.0
 *
 * Inputs that are wrong, at random and by intention.
 */
#include "tools/conform/storm.h"

#include <jansson.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#define DEPTH 100000u
#define LONG (1u << 20)
/* Bytes that are put in or flipped at once. */
#define FEW 9u

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

bsn_slice
storm_slice(const GByteArray *bytes)
{
	return bsn_slice_of(bytes->data, bytes->len);
}

GByteArray *
storm_noise(SimRandom *random, gsize most)
{
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_set_size(bytes,
			      (guint)sim_random_range(random, 0, most));
	sim_random_fill(random, bytes->data, bytes->len);
	return bytes;
}

/* ---- bytes --------------------------------------------------------------- */

static void
flip(SimRandom *random, GByteArray *bytes)
{
	for (guint64 n = sim_random_range(random, 1, FEW); n > 0; n--)
		bytes->data[sim_random_below(random, bytes->len)] ^=
			(guint8)(1u << sim_random_below(random, 8));
}

static void
take_out(SimRandom *random, GByteArray *bytes)
{
	guint at = (guint)sim_random_below(random, bytes->len);
	guint n = (guint)sim_random_range(random, 1, FEW);

	g_byte_array_remove_range(bytes, at, MIN(n, bytes->len - at));
}

static void
put_in(SimRandom *random, GByteArray *bytes)
{
	guint at = (guint)sim_random_range(random, 0, bytes->len);
	g_autoptr(GByteArray) more = storm_noise(random, FEW);
	guint tail = bytes->len - at;

	if (tail > 0)
		g_byte_array_append(more, bytes->data + at, tail);
	g_byte_array_set_size(bytes, at);
	g_byte_array_append(bytes, more->data, more->len);
}

/* A field that holds a length, perhaps. */
static void
overwrite(SimRandom *random, GByteArray *bytes)
{
	static const guint8 fills[] = { 0x00, 0x7f, 0x80, 0xff };
	guint at = (guint)sim_random_below(random, bytes->len);
	guint n = (guint)sim_random_range(random, 1, 8);

	memset(bytes->data + at,
	       fills[sim_random_below(random, G_N_ELEMENTS(fills))],
	       MIN(n, bytes->len - at));
}

static void
spoil(SimRandom *random, GByteArray *bytes)
{
	switch (bytes->len > 0 ? sim_random_below(random, 7) : 3) {
	case 0:
	case 1:
		flip(random, bytes);
		break;
	case 2:
		take_out(random, bytes);
		break;
	case 3:
		put_in(random, bytes);
		break;
	case 4:
		g_byte_array_set_size(
			bytes, (guint)sim_random_below(random, bytes->len));
		break;
	case 5:
		overwrite(random, bytes);
		break;
	default:
		sim_random_fill(random, bytes->data, bytes->len);
		break;
	}
}

static gboolean
is_same(const GByteArray *bytes, bsn_slice good)
{
	return bytes->len == good.len &&
	       (good.len == 0 || memcmp(bytes->data, good.data, good.len) == 0);
}

GByteArray *
storm_spoil(SimRandom *random, bsn_slice good)
{
	GByteArray *bytes = g_byte_array_new();

	if (good.len > 0)
		g_byte_array_append(bytes, good.data, (guint)good.len);
	do
		spoil(random, bytes);
	while (is_same(bytes, good));
	return bytes;
}

/* ---- JSON ---------------------------------------------------------------- */

static GByteArray *
text_bytes(const char *text)
{
	return g_byte_array_append(g_byte_array_new(), (const guint8 *)text,
				   (guint)strlen(text));
}

static GByteArray *
nested(const char *open, const char *close)
{
	GByteArray *bytes = g_byte_array_new();

	for (guint i = 0; i < DEPTH; i++)
		g_byte_array_append(bytes, (const guint8 *)open,
				    (guint)strlen(open));
	for (guint i = 0; i < DEPTH; i++)
		g_byte_array_append(bytes, (const guint8 *)close,
				    (guint)strlen(close));
	return bytes;
}

static GByteArray *
long_string(void)
{
	g_autofree char *many = g_strnfill(LONG, 'a');
	g_autofree char *text =
		g_strdup_printf("{\"%s\":\"%s\"}", many, many);

	return text_bytes(text);
}

GByteArray *
storm_odd_json(guint i)
{
	static const char *const odd[] = {
		"", " ", "null", "true", "0", "\"\"", "[]", "{}", "{", "[", "}",
		"{\"\":{}}", "{\"a\":1,\"a\":2}", "{\"a\":1,}", "[1,]",
		"{\"a\" 1}", "{\"a\":1} x", "[-0]", "[1e999]", "[-1e999]",
		"[18446744073709551616]", "[-9223372036854775809]", "[NaN]",
		"[1.0000000000000000000000000000000000001]", "[\"\\u0000\"]",
		"{\"\\u0000\":1}", "[\"\\ud800\"]", "[\"\\udc00\\ud800\"]",
		"[\"\xff\xfe\"]", "[\"\xc0\x80\"]", "[\"\xed\xa0\x80\"]",
		"{\"\xf8\x88\x80\x80\x80\":1}", "\xef\xbb\xbf{}", "{'a':1}",
		"[\"\x01\"]", "[\"\t\"]", "{\"__proto__\":{}}", "//", "{]"
	};
	static const char nul[] = "{\"a\0b\":\"\0\"}\0";

	if (i < G_N_ELEMENTS(odd))
		return text_bytes(odd[i]);
	switch (i - G_N_ELEMENTS(odd)) {
	case 0:
		return nested("[", "]");
	case 1:
		return nested("{\"a\":", "}");
	case 2:
		return nested("[", "");
	case 3:
		return long_string();
	case 4:
		return g_byte_array_append(g_byte_array_new(),
					   (const guint8 *)nul, sizeof(nul));
	}
	return NULL;
}

/* A value that nobody expects. */
static json_t *
odd_value(SimRandom *random)
{
	g_autofree char *text = NULL;
	json_t *value;

	switch (sim_random_below(random, 12)) {
	case 0:
		return json_null();
	case 1:
		return json_boolean(sim_random_below(random, 2));
	case 2:
		return json_integer(
			(json_int_t)sim_random_u64(random));
	case 3:
		return json_integer(-1);
	case 4:
		return json_integer(0);
	case 5:
		return json_real(1e300);
	case 6:
		return json_string("");
	case 7:
		text = g_strnfill(sim_random_range(random, 1, 5000), '9');
		return json_string(text);
	case 8:
		return json_string("\xe2\x80\xae\x7f\"\\/../../etc");
	case 9:
		return json_array();
	case 10:
		return json_object();
	}
	value = json_array();
	for (guint64 n = sim_random_range(random, 1, 40); n > 0; n--)
		value = json_pack("[o]", value);
	return value;
}

static void
list_containers(json_t *value, GPtrArray *list)
{
	const char *name;
	json_t *each;
	gsize i;

	if (!json_is_object(value) && !json_is_array(value))
		return;
	g_ptr_array_add(list, value);
	json_object_foreach(value, name, each)
		list_containers(each, list);
	json_array_foreach(value, i, each)
		list_containers(each, list);
}

static void
change_object(SimRandom *random, json_t *object)
{
	guint64 n = json_object_size(object);
	guint64 place = sim_random_below(random, n + 1);
	void *at = json_object_iter(object);

	for (; at != NULL && place > 0; place--)
		at = json_object_iter_next(object, at);
	if (at == NULL)
		json_object_set_new(object, "unheard-of", odd_value(random));
	else if (sim_random_below(random, 3) == 0)
		json_object_del(object, json_object_iter_key(at));
	else
		json_object_iter_set_new(object, at, odd_value(random));
}

static void
change_array(SimRandom *random, json_t *array)
{
	gsize place = sim_random_below(random, json_array_size(array) + 1);

	if (place == json_array_size(array))
		json_array_append_new(array, odd_value(random));
	else if (sim_random_below(random, 3) == 0)
		json_array_remove(array, place);
	else
		json_array_set_new(array, place, odd_value(random));
}

static char *
change_json(SimRandom *random, json_t *value)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	json_t *chosen;

	list_containers(value, list);
	chosen = list->pdata[sim_random_below(random, list->len)];
	if (json_is_object(chosen))
		change_object(random, chosen);
	else
		change_array(random, chosen);
	return json_dumps(value, JSON_COMPACT);
}

GByteArray *
storm_spoil_json(SimRandom *random, const char *good)
{
	g_autoptr(json_t) value = json_loads(good, 0, NULL);
	char *text = NULL;
	GByteArray *bytes;

	if (value != NULL && sim_random_below(random, 4) > 0)
		text = change_json(random, value);
	if (text == NULL)
		return storm_spoil(random, bsn_slice_str(good));
	bytes = text_bytes(text);
	free(text);
	return bytes;
}
