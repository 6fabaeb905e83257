/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/answer.h"

#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

gboolean
answer_is_text(bsn_slice bytes)
{
	const char *at = (const char *)bytes.data;
	const char *end = at + bytes.len;

	if (!g_utf8_validate_len(at, bytes.len, NULL))
		return FALSE;
	for (; at < end; at = g_utf8_next_char(at)) {
		const gunichar c = g_utf8_get_char(at);

		if (g_unichar_iscntrl(c) && c != '\n' && c != '\t' && c != '\r')
			return FALSE;
	}
	return TRUE;
}

json_t *
answer_as_json(bsn_slice bytes)
{
	g_autofree char *hex = NULL;
	json_t *value;

	if (bytes.len == 0)
		return json_null();
	value = json_parse(bytes, bytes.len, "answer", NULL, NULL);
	if (value != NULL)
		return value;
	if (answer_is_text(bytes))
		return json_stringn((const char *)bytes.data,
				    (size_t)bytes.len);
	hex = hex_encode(bytes);
	return json_string(hex);
}
