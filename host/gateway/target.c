/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/target.h"

#include <string.h>

#include <bsn/helpers/error.h>

static int
has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if (g_ascii_iscntrl(*text))
			return 1;
	return 0;
}

/* Decodes percent-encoding; NULL when it is wrong, hides a NUL or a control
 * character, or does not spell UTF-8. */
static char *
decode(const char *text, gsize len, int plus_is_space)
{
	g_autoptr(GString) out = g_string_sized_new(len);

	for (gsize i = 0; i < len; i++) {
		int high, low;

		if (text[i] != '%') {
			g_string_append_c(out, text[i] == '+' && plus_is_space
						       ? ' '
						       : text[i]);
			continue;
		}
		if (i + 2 >= len)
			return NULL;
		high = g_ascii_xdigit_value(text[i + 1]);
		low = g_ascii_xdigit_value(text[i + 2]);
		if (high < 0 || low < 0)
			return NULL;
		g_string_append_c(out, (char)(high << 4 | low));
		i += 2;
	}
	if (!g_utf8_validate_len(out->str, out->len, NULL) ||
	    has_control(out->str))
		return NULL;
	return g_strdup(out->str);
}

static int32_t
take_segment(Target *target, const char *text, gsize len, bsn_err *err)
{
	char *segment;

	if (len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the path has an empty part: two slashes, or "
				"one at its end");
	if (target->segment_count == TARGET_SEGMENTS_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the path has more than %d parts",
				TARGET_SEGMENTS_MAX);
	segment = decode(text, len, 0);
	if (segment == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"part %u of the path is not percent-encoded "
				"UTF-8",
				target->segment_count + 1);
	target->segments[target->segment_count++] = segment;
	if (strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the path has a part that is only dots");
	return BSN_OK;
}

static int32_t
parse_path(Target *target, const char *path, gsize len, bsn_err *err)
{
	const char *end = path + len;

	if (len == 0 || path[0] != '/')
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the path does not begin with a slash");
	if (len == 1)
		return BSN_OK;
	while (path < end) {
		const char *from = path + 1;
		const char *slash = memchr(from, '/', (gsize)(end - from));
		int32_t status;

		path = slash != NULL ? slash : end;
		status = take_segment(target, from, (gsize)(path - from), err);
		if (status != BSN_OK)
			return status;
	}
	return BSN_OK;
}

static int32_t
take_param(Target *target, const char *text, gsize len, bsn_err *err)
{
	const char *equals = memchr(text, '=', len);
	gsize name_len = equals != NULL ? (gsize)(equals - text) : len;
	const char *value = equals != NULL ? equals + 1 : text + len;
	guint n = target->param_count;

	if (n == TARGET_PARAMS_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the query has more than %d parameters",
				TARGET_PARAMS_MAX);
	target->param_count++;
	target->params[n].name = decode(text, name_len, 1);
	target->params[n].value = decode(value, (gsize)(text + len - value), 1);
	if (target->params[n].name == NULL || target->params[n].value == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"parameter %u of the query is not "
				"percent-encoded UTF-8",
				n + 1);
	for (guint i = 0; i < n; i++)
		if (strcmp(target->params[i].name, target->params[n].name) == 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"the query gives %.40s twice",
					target->params[n].name);
	return BSN_OK;
}

static int32_t
parse_query(Target *target, const char *query, bsn_err *err)
{
	while (*query != '\0') {
		gsize len = strcspn(query, "&");
		int32_t status = BSN_OK;

		if (len > 0)
			status = take_param(target, query, len, err);
		if (status != BSN_OK)
			return status;
		query += len + (query[len] == '&');
	}
	return BSN_OK;
}

/* Skips "https://host" of the absolute form. */
static const char *
skip_authority(const char *uri)
{
	static const char scheme[] = "https://";

	if (g_ascii_strncasecmp(uri, scheme, sizeof(scheme) - 1) != 0)
		return uri;
	uri += sizeof(scheme) - 1;
	return uri + strcspn(uri, "/?#");
}

int32_t
target_parse(const char *uri, Target *out, bsn_err *err)
{
	gsize path_len;
	int32_t status;

	memset(out, 0, sizeof(*out));
	uri = skip_authority(uri);
	if (strchr(uri, '#') != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the target has a fragment (#)");
	path_len = strcspn(uri, "?");
	status = parse_path(out, uri, path_len, err);
	if (status == BSN_OK && uri[path_len] == '?')
		status = parse_query(out, uri + path_len + 1, err);
	return status;
}

void
target_clear(Target *target)
{
	for (guint i = 0; i < target->segment_count; i++)
		g_free(target->segments[i]);
	for (guint i = 0; i < target->param_count; i++) {
		g_free(target->params[i].name);
		g_free(target->params[i].value);
	}
	memset(target, 0, sizeof(*target));
}

const char *
target_param(const Target *target, const char *name)
{
	for (guint i = 0; i < target->param_count; i++)
		if (strcmp(target->params[i].name, name) == 0)
			return target->params[i].value;
	return NULL;
}
