/* SPDX-License-Identifier: Apache-2.0
 *
 * Finished transactions from a file.
 */
#include <string.h>

#include "tools/bench/target.h"
#include "tools/ctl/error.h"
#include "tools/ctl/hex.h"

/* Ends the line that begins there; where the next one begins. */
static char *
end_line(char *line)
{
	char *end = strchr(line, '\n');

	if (end == NULL)
		return line + strlen(line);
	*end = '\0';
	return end + 1;
}

static gboolean
read_line(GPtrArray *txs, const char *line, const char *file, GError **error)
{
	GBytes *tx = ctl_hex_decode(line);

	if (tx == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"line %u of %s has no hexadecimal digits\n"
				"Each is one finished transaction.",
				txs->len + 1, file);
	g_ptr_array_add(txs, tx);
	return TRUE;
}

GPtrArray *
file_read_txs(const char *file, guint64 n, GError **error)
{
	g_autoptr(GPtrArray) txs =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autofree char *text = NULL;
	char *line, *next;

	if (!g_file_get_contents(file, &text, NULL, error))
		return NULL;
	for (line = text; *line != '\0' && txs->len < n; line = next) {
		next = end_line(line);
		if (!read_line(txs, line, file, error))
			return NULL;
	}
	if (txs->len == n)
		return g_steal_pointer(&txs);
	ctl_fail(error, CTL_ERROR_USAGE,
		 "%s has %u transactions, and %" G_GUINT64_FORMAT
		 " are to be sent\nGive --transactions and --warm-up.",
		 file, txs->len, n);
	return NULL;
}
