/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/page_check.h"

#include <string.h>

#include <glib.h>

#define DOCTYPE "<!DOCTYPE html>\n"
#define META "<meta"

static gboolean
is_number_of_none(const char *value)
{
	return strcmp(value, "nan") == 0 || strcmp(value, "-nan") == 0 ||
	       strcmp(value, "inf") == 0 || strcmp(value, "-inf") == 0;
}

static void
check_attribute(const char *name, const char *value)
{
	g_assert_false(g_str_has_prefix(name, "on"));
	g_assert_cmpstr(name, !=, "href");
	g_assert_cmpstr(name, !=, "src");
	g_assert_false(is_number_of_none(value));
	if (strcmp(name, "d") == 0)
		g_assert_null(strpbrk(value, "nif"));
}

static void
on_start(GMarkupParseContext *context, const char *element, const char **names,
	 const char **values, gpointer user, GError **error)
{
	g_assert_cmpstr(element, !=, "script");
	for (; *names != NULL; names++, values++)
		check_attribute(*names, *values);
}

/* HTML's meta has no end; XML's would. */
static GString *
as_xml(const char *page)
{
	GString *xml = g_string_new(page + strlen(DOCTYPE));
	const char *at = xml->str;

	while ((at = strstr(at, META)) != NULL) {
		const gssize end = strchr(at, '>') - xml->str;

		g_string_insert(xml, end, "/");
		at = xml->str + end;
	}
	return xml;
}

void
page_check(const char *page)
{
	const GMarkupParser parser = { .start_element = on_start };
	GMarkupParseContext *context =
		g_markup_parse_context_new(&parser, 0, NULL, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) xml = NULL;

	g_assert_true(g_str_has_prefix(page, DOCTYPE));
	xml = as_xml(page);
	g_markup_parse_context_parse(context, xml->str, (gssize)xml->len,
				     &error);
	g_assert_no_error(error);
	g_assert_true(g_markup_parse_context_end_parse(context, &error));
	g_markup_parse_context_free(context);
	g_assert_null(strchr(page, '\033'));
}
