/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/grey.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/suite.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

void
grey_clear(Grey *grey)
{
	g_clear_pointer(&grey->callers, g_byte_array_unref);
	grey->percent = 0;
}

void
grey_copy(const Grey *from, Grey *to)
{
	*to = (Grey){ .percent = from->percent };
	if (from->callers == NULL)
		return;
	to->callers = g_byte_array_new();
	g_byte_array_append(to->callers, from->callers->data,
			    from->callers->len);
}

/* Where an address is in the list, or belongs. */
static guint
place_of(const Grey *grey, const guint8 *address, gboolean *there)
{
	guint low = 0;
	guint high = grey->callers != NULL ? grey->callers->len / ADDRESS_LEN
					   : 0;

	*there = FALSE;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		int order = memcmp(grey->callers->data +
					   (gsize)middle * ADDRESS_LEN,
				   address, ADDRESS_LEN);

		if (order == 0)
			*there = TRUE;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

gboolean
grey_has_caller(const Grey *grey, const guint8 *address)
{
	gboolean there;

	(void)place_of(grey, address, &there);
	return there;
}

gboolean
grey_add_caller(Grey *grey, const guint8 *address)
{
	gboolean there;
	gsize at = (gsize)place_of(grey, address, &there) * ADDRESS_LEN;
	guint8 *data;

	if (there)
		return TRUE;
	if (grey->callers == NULL)
		grey->callers = g_byte_array_new();
	if (grey->callers->len >= GREY_CALLERS_MAX * ADDRESS_LEN)
		return FALSE;
	g_byte_array_append(grey->callers, address, ADDRESS_LEN);
	data = grey->callers->data;
	memmove(data + at + ADDRESS_LEN, data + at,
		grey->callers->len - ADDRESS_LEN - at);
	memcpy(data + at, address, ADDRESS_LEN);
	return TRUE;
}

static void
read_callers(JsonFields *fields, Grey *grey)
{
	const json_t *callers =
		fields_array(fields, "callers", GREY_CALLERS_MAX);

	for (size_t i = 0; i < json_array_size(callers); i++) {
		const json_t *text = json_array_get(callers, i);
		guint8 address[ADDRESS_LEN];

		if (!json_is_string(text) ||
		    !hex_decode_fixed(json_string_value(text),
				      json_string_length(text), address,
				      ADDRESS_LEN)) {
			fields_fail(fields, "callers",
				    "each is an address, 0x and 40 "
				    "hexadecimal digits");
			return;
		}
		(void)grey_add_caller(grey, address);
	}
}

int32_t
grey_parse(const json_t *object, const char *where, Grey *grey, bsn_err *err)
{
	JsonFields fields = fields_of(object, where, err);
	int32_t status;

	*grey = (Grey){ .callers = NULL };
	grey->percent = fields_u64(&fields, "percent", 0, 100, 0);
	read_callers(&fields, grey);
	if (grey->percent == 0 && grey->callers == NULL)
		fields_fail(&fields, "percent",
			    "say which share of the callers gets the new "
			    "version, 1 to 100, or name \"callers\"");
	status = fields_end(&fields);
	if (status != BSN_OK)
		grey_clear(grey);
	return status;
}

json_t *
grey_json(const Grey *grey)
{
	json_t *json = json_pack("{s:I}", "percent",
				 (json_int_t)grey->percent);
	json_t *callers = json_array();

	for (guint i = 0; grey->callers != NULL && i < grey->callers->len;
	     i += ADDRESS_LEN) {
		g_autofree char *text = hex_encode(
			bsn_slice_of(grey->callers->data + i, ADDRESS_LEN));

		json_array_append_new(callers, json_string(text));
	}
	json_object_set_new(json, "callers", callers);
	return json;
}
