/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/verify.h: `bsn-conform verify`: whether a signed report or
 * certificate is what its signer signed, and what it says.
 */
#ifndef TOOLS_CONFORM_VERIFY_H
#define TOOLS_CONFORM_VERIFY_H

#include <glib.h>

#define VERIFY_HOLDS 0
#define VERIFY_BROKEN 1     /* not signed, changed, or by another key */
#define VERIFY_UNREADABLE 3 /* the file, or that of the key */

/* Judges a file by the SM2 public key in the PEM file `key_file`; NULL: by the
 * key inside, which is said. Appends what it says to `out`, or one line why it
 * does not hold. With `payload`, which may be NULL, the exact bytes that were
 * signed are appended to that once they hold: the JSON report. */
int verify_file(const char *file, const char *key_file, GString *out,
		GString *payload);

/* What a payload of this type says, in lines. FALSE, and in *why (g_free it)
 * what is wrong, when it is no report and no certificate; any bytes. */
gboolean verify_describe(const char *type, GBytes *payload, GString *out,
			 char **why);

#endif
