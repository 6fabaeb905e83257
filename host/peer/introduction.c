/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/introduction.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "host/ops/log.h"
#include "identity/pem.h"

#define SUFFIX ".pem"
#define ADDRESS "Address: "
#define NEW_SUFFIX ".new"

static void
introduction_free(gpointer data)
{
	Introduction *introduction = data;

	g_free(introduction->chain);
	trust_store_free(introduction->trust);
	g_strfreev(introduction->addresses);
	g_free(introduction);
}

static char *
file_of(const char *directory, const char *chain)
{
	g_autofree char *name = g_strconcat(chain, SUFFIX, NULL);

	return g_build_filename(directory, name, NULL);
}

/* ---- reading ---- */

static TrustStore *
load_trust(const char *file, const char *const *crl_files, GError **error)
{
	const char *const ca_files[] = { file, NULL };

	return trust_store_new_for_hosts(ca_files, crl_files, TRUE, error);
}

static char **
find_addresses(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (char **line = lines; *line != NULL; line++)
		if (g_str_has_prefix(*line, ADDRESS) &&
		    found->len < INTRODUCTION_ADDRESSES_MAX)
			g_ptr_array_add(found, g_strdup(g_strstrip(
						       *line +
						       strlen(ADDRESS))));
	g_ptr_array_add(found, NULL);
	return (char **)g_ptr_array_steal(found, NULL);
}

static Introduction *
load(const char *directory, const char *name, const char *const *crl_files)
{
	g_autofree char *file = g_build_filename(directory, name, NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	Introduction *introduction;
	TrustStore *trust = NULL;
	gsize len;

	text = identity_read_file(file, &len, &error);
	if (text != NULL)
		trust = load_trust(file, crl_files, &error);
	if (trust == NULL) {
		log_error("peer", NULL,
			  "%s cannot be used: the chain's hosts are judged "
			  "without it: %s",
			  file, error->message);
		return NULL;
	}
	introduction = g_new0(Introduction, 1);
	introduction->chain = g_strndup(name, strlen(name) - strlen(SUFFIX));
	introduction->trust = trust;
	introduction->addresses = find_addresses(text);
	return introduction;
}

static GDir *
open_directory(const char *directory)
{
	return directory != NULL ? g_dir_open(directory, 0, NULL) : NULL;
}

static const char *
next_file(GDir *dir)
{
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL)
		if (g_str_has_suffix(name, SUFFIX))
			return name;
	return NULL;
}

GPtrArray *
introductions_load(const char *directory, const char *const *crl_files)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(introduction_free);
	GDir *dir = open_directory(directory);
	const char *name;

	if (dir == NULL)
		return all;
	while ((name = next_file(dir)) != NULL &&
	       all->len < INTRODUCTIONS_MAX) {
		Introduction *one = load(directory, name, crl_files);

		if (one != NULL)
			g_ptr_array_add(all, one);
	}
	g_dir_close(dir);
	return all;
}

/* The order in which a directory is read means nothing: a sum. */
guint64
introductions_stamp(const char *directory)
{
	GDir *dir = open_directory(directory);
	guint64 stamp = 0;
	const char *name;

	if (dir == NULL)
		return 0;
	while ((name = next_file(dir)) != NULL) {
		g_autofree char *file = g_build_filename(directory, name, NULL);
		GStatBuf info;

		if (g_stat(file, &info) == 0)
			stamp += ((guint64)info.st_mtim.tv_nsec * 31 +
				  (guint64)info.st_mtim.tv_sec) *
					 31 +
				 (guint64)info.st_ino;
	}
	g_dir_close(dir);
	return stamp;
}

/* ---- writing ---- */

static gboolean
fail(GError **error, const char *file)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		    "%s cannot be written: %s", file, g_strerror(errno));
	return FALSE;
}

/* What is there, without what comes again. */
static GString *
compose(const char *before, const char *pem, const char *const *addresses)
{
	GString *text = g_string_new(NULL);

	for (; addresses != NULL && *addresses != NULL; addresses++)
		if (strpbrk(*addresses, "\r\n") == NULL)
			g_string_append_printf(text, ADDRESS "%s\n",
					       *addresses);
	g_string_append(text, before);
	if (strstr(before, pem) == NULL)
		g_string_append(text, pem);
	if (text->len > 0 && text->str[text->len - 1] != '\n')
		g_string_append_c(text, '\n');
	return text;
}

/* Certificates alone: the addresses are to be those that were given. */
static gboolean
check_pem(const char *pem, GError **error)
{
	if (strstr(pem, ADDRESS) == NULL)
		return TRUE;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		    "the certificates are not all of the text");
	return FALSE;
}

static gboolean
write_checked(const char *file, const GString *text, GError **error)
{
	g_autofree char *new_file = g_strconcat(file, NEW_SUFFIX, NULL);
	TrustStore *trust;

	if (text->len > INTRODUCTION_MAX) {
		errno = EFBIG;
		return fail(error, file);
	}
	if (!g_file_set_contents_full(new_file, text->str, (gssize)text->len,
				      G_FILE_SET_CONTENTS_CONSISTENT |
					      G_FILE_SET_CONTENTS_DURABLE,
				      0600, error))
		return FALSE;
	trust = load_trust(new_file, NULL, error);
	if (trust == NULL) {
		g_remove(new_file);
		return FALSE;
	}
	trust_store_free(trust);
	return g_rename(new_file, file) == 0 || fail(error, file);
}

gboolean
introduction_add(const char *directory, const char *chain, const char *pem,
		 const char *const *addresses, GError **error)
{
	g_autofree char *file = file_of(directory, chain);
	g_autofree char *before = NULL;
	g_autoptr(GString) text = NULL;

	if (!check_pem(pem, error))
		return FALSE;
	if (g_mkdir_with_parents(directory, 0700) != 0)
		return fail(error, directory);
	if (g_file_test(file, G_FILE_TEST_EXISTS) &&
	    !g_file_get_contents(file, &before, NULL, error))
		return FALSE;
	text = compose(before != NULL ? before : "", pem, addresses);
	return write_checked(file, text, error);
}

void
introduction_remove(const char *directory, const char *chain)
{
	g_autofree char *file = file_of(directory, chain);

	if (g_remove(file) != 0 && errno != ENOENT)
		log_error("peer", NULL, "%s cannot be removed: %s", file,
			  g_strerror(errno));
}
