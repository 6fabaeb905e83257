/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/places.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/arguments.h"

void
places_clear(Places *places)
{
	g_clear_pointer(&places->names, g_ptr_array_unref);
	g_clear_pointer(&places->values, g_ptr_array_unref);
}

void
places_add(Places *places, const char *name, bsn_slice value)
{
	if (places->names == NULL) {
		places->names = g_ptr_array_new_with_free_func(g_free);
		places->values = g_ptr_array_new_with_free_func(
			(GDestroyNotify)g_bytes_unref);
	}
	g_ptr_array_add(places->names, g_strdup(name));
	g_ptr_array_add(places->values, g_bytes_new(value.data, value.len));
}

char *
places_name(gsize place)
{
	return g_strdup_printf("%" G_GSIZE_FORMAT, place);
}

static void
put(const Places *places, guint i, const char *name, GByteArray *out)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(places->values->pdata[i], &len);

	arguments_add(out, bsn_slice_str(name), bsn_slice_of(data, len));
}

static gboolean
find_place(const Places *places, gsize place, guint *i)
{
	g_autofree char *name = places_name(place);

	return g_ptr_array_find_with_equal_func(places->names, name,
						g_str_equal, i);
}

static void
put_all(const Places *places, GByteArray *out)
{
	g_autofree gboolean *done = g_new0(gboolean, places->names->len);
	guint n = 0;
	guint i;

	while (n < places->names->len && find_place(places, n, &i)) {
		put(places, i, "", out);
		done[i] = TRUE;
		n++;
	}
	for (i = 0; i < places->names->len; i++)
		if (!done[i])
			put(places, i, places->names->pdata[i], out);
}

int32_t
places_put(const Places *places, GByteArray *out, bsn_err *err)
{
	if (places->names == NULL)
		return BSN_OK;
	if (places->names->len > ARGUMENTS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a call has at most %u arguments",
				ARGUMENTS_MAX);
	put_all(places, out);
	return out->len <= ARGUMENTS_BYTES_MAX
		       ? BSN_OK
		       : bsn_fail(err, BSN_TOO_LARGE,
				  "arguments of a call have at most %u bytes",
				  ARGUMENTS_BYTES_MAX);
}
