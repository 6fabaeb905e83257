/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/evm/test-files.h"

#include <string.h>

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
test_files_visit(const char *path,
		 void (*visit)(gpointer user, const char *path), gpointer user)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *entry;

	if (dir == NULL) {
		visit(user, path);
		return;
	}
	while ((entry = g_dir_read_name(dir)) != NULL)
		g_ptr_array_add(names, g_build_filename(path, entry, NULL));
	g_dir_close(dir);
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++)
		if (g_file_test(names->pdata[i], G_FILE_TEST_IS_DIR) ||
		    g_str_has_suffix(names->pdata[i], ".json"))
			test_files_visit(names->pdata[i], visit, user);
}
