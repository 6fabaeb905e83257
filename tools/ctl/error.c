/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/error.h"

#include <stdarg.h>
#include <string.h>

#include "tools/ctl/format.h"

typedef struct {
	json_t *answer; /* of the host, or NULL */
} CtlErrorPrivate;

static void
ctl_error_private_init(CtlErrorPrivate *private)
{
	private->answer = NULL;
}

static void
ctl_error_private_copy(const CtlErrorPrivate *from, CtlErrorPrivate *to)
{
	to->answer = json_incref(from->answer);
}

static void
ctl_error_private_clear(CtlErrorPrivate *private)
{
	json_decref(private->answer);
}

G_DEFINE_EXTENDED_ERROR(CtlError, ctl_error)

gboolean
ctl_fail(GError **error, CtlErrorCode code, const char *format, ...)
{
	va_list args;

	if (error == NULL)
		return FALSE;
	va_start(args, format);
	*error = g_error_new_valist(CTL_ERROR, (gint)code, format, args);
	va_end(args);
	return FALSE;
}

/* A text of the host's on one line, so that the first line feed of a message
 * stays the one between reason and remedy, and fit for a terminal. */
static char *
one_line(const char *text)
{
	g_autofree char *line = g_strdup(text);

	g_strstrip(g_strdelimit(line, "\r\n", ' '));
	return format_safe(line);
}

static const char *
member(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

gboolean
ctl_fail_refused(GError **error, long http_status, json_t *answer)
{
	json_t *said = json_object_get(answer, "error");
	g_autofree char *reason = one_line(member(said, "reason"));
	g_autofree char *remedy = one_line(member(said, "remedy"));
	const char *name = member(said, "name");

	if (*reason == '\0') {
		g_free(reason);
		reason = g_strdup_printf("the host answered HTTP %ld%s%s "
					 "without a reason",
					 http_status, *name != '\0' ? ", " : "",
					 name);
	}
	ctl_fail(error, CTL_ERROR_REFUSED, "%s%s%s", reason,
		 *remedy != '\0' ? "\n" : "", remedy);
	if (error != NULL && *error != NULL)
		ctl_error_get_private(*error)->answer = json_incref(answer);
	return FALSE;
}

json_t *
ctl_error_answer(const GError *error)
{
	if (error->domain != CTL_ERROR)
		return NULL;
	return ctl_error_get_private(error)->answer;
}

int
ctl_error_exit_code(const GError *error)
{
	return g_error_matches(error, CTL_ERROR, CTL_ERROR_USAGE) ? 2 : 1;
}

static const char *
error_name(const GError *error)
{
	return ctl_error_exit_code(error) == 2 ? "usage" : "failed";
}

json_t *
ctl_error_to_json(const GError *error)
{
	json_t *answer = ctl_error_answer(error);
	g_auto(GStrv) parts = NULL;

	if (json_is_object(json_object_get(answer, "error")))
		return json_incref(answer);
	parts = g_strsplit(error->message, "\n", 2);
	return json_pack("{s:{s:s, s:s, s:s}}", "error", "name",
			 error_name(error), "reason", parts[0], "remedy",
			 parts[1] != NULL ? parts[1] : "");
}

char *
ctl_error_to_text(const GError *error)
{
	g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);
	GString *text = g_string_new("bsnctl: ");

	for (gsize i = 0; lines[i] != NULL; i++)
		g_string_append_printf(text, "%s%s\n", i > 0 ? "  " : "",
				       lines[i]);
	return g_string_free(text, FALSE);
}
