/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/keystore_place.h: the directory of a keystore and the file of
 * its passphrase: who may read them, and writing that survives a crash.
 */
#ifndef HOST_SERVICE_KEYSTORE_PLACE_H
#define HOST_SERVICE_KEYSTORE_PLACE_H

#include <glib.h>

/* Sets an error of KEYSTORE_ERROR and returns FALSE. */
gboolean keystore_fail(GError **error, int code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* A descriptor of the directory, made when missing, locked against other
 * processes; -1 on error. */
int keystore_place_open(const char *directory, GError **error);

/* A small file of the directory, whole; NULL and `error` left alone when it is
 * not there. At most `max` bytes. */
GByteArray *keystore_place_read(int directory, const char *name, gsize max,
				GError **error);
/* Durable when it returns: a crash leaves the old file or the new one. 0, or
 * an errno. */
int keystore_place_write(int directory, const char *name, const guint8 *data,
			 gsize len);
int keystore_place_remove(int directory, const char *name);

/* The passphrase without a line end behind it; free with
 * keystore_passphrase_free. When the file is missing and `may_make`, it is made
 * with random contents. */
GByteArray *keystore_passphrase_read(const char *file, gboolean may_make,
				     GError **error);
void keystore_passphrase_free(GByteArray *passphrase);

#endif
