/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/json.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/json_out.h"

/* Whether brackets outside of strings nest no deeper than allowed. Looked at
 * before the parser, whose own bound is fixed and far higher. */
static gboolean
nesting_is_bounded(bsn_slice text)
{
	gboolean in_string = FALSE;
	guint depth = 0;

	for (guint64 i = 0; i < text.len; i++) {
		guint8 c = text.data[i];

		if (c == '"')
			in_string = !in_string;
		else if (in_string && c == '\\')
			i++;
		else if (!in_string && (c == '[' || c == '{'))
			depth++;
		else if (!in_string && (c == ']' || c == '}') && depth > 0)
			depth--;
		if (depth > JSON_NESTING_MAX)
			return FALSE;
	}
	return TRUE;
}

static int32_t
check_bounds(bsn_slice text, guint64 max, const char *what, bsn_err *err)
{
	if (text.len > max)
		return bsn_fail(err, BSN_TOO_LARGE,
				"%s has %" G_GUINT64_FORMAT
				" bytes and may have %" G_GUINT64_FORMAT,
				what, (guint64)text.len, max);
	if (!nesting_is_bounded(text))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: arrays and objects nest deeper than %u",
				what, JSON_NESTING_MAX);
	return BSN_OK;
}

static int32_t
parse(bsn_slice text, guint64 max, const char *what, json_t **value,
      bsn_err *err)
{
	json_error_t error;
	g_autofree char *reason = NULL;
	int32_t status = check_bounds(text, max, what, err);

	if (status != BSN_OK)
		return status;
	*value = json_loadb(text.len > 0 ? (const char *)text.data : "",
			    text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
			    &error);
	if (*value != NULL)
		return BSN_OK;
	reason = g_utf8_make_valid(error.text, -1);
	return bsn_fail(err, BSN_BAD_REQUEST, "%s, line %d column %d: %s",
			what, error.line, error.column,
			g_strdelimit(reason, "\r\n\t", ' '));
}

json_t *
json_parse(bsn_slice text, guint64 max, const char *what, int32_t *status,
	   bsn_err *err)
{
	json_t *value = NULL;
	int32_t outcome = parse(text, max, what, &value, err);

	if (status != NULL)
		*status = outcome;
	return value;
}

json_t *
json_parse_object(bsn_slice text, guint64 max, const char *what,
		  int32_t *status, bsn_err *err)
{
	g_autoptr(json_t) value = NULL;

	if (text.len == 0) {
		if (status != NULL)
			*status = BSN_OK;
		return json_object();
	}
	value = json_parse(text, max, what, status, err);
	if (value == NULL || json_is_object(value))
		return g_steal_pointer(&value);
	bsn_fail(err, BSN_BAD_REQUEST, "%s must be a JSON object: {...}",
		 what);
	if (status != NULL)
		*status = BSN_BAD_REQUEST;
	return NULL;
}

int32_t
json_write(const json_t *value, bsn_sink *out)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (value == NULL)
		return BSN_E_NOMEM;
	json_out_value(text, value);
	return out->write(out, text->str, text->len);
}

char *
json_text(const json_t *value)
{
	GString *text = g_string_new(NULL);

	if (value != NULL)
		json_out_value(text, value);
	return g_string_free(text, FALSE);
}
