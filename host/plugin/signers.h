/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/signers.h: whose signatures count, as the config lists them.
 */
#ifndef HOST_PLUGIN_SIGNERS_H
#define HOST_PLUGIN_SIGNERS_H

#include <glib.h>

typedef struct Signers Signers;

/* From PEM files, a list ended by NULL that may be NULL itself, each with an
 * SM2 public key. One that cannot be used is logged as a warning that names
 * `setting` ("trust_keys"), and counts for nothing. */
Signers *signers_new(const char *const *files, const char *setting);
void signers_free(Signers *signers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signers, signers_free)

/* Usable keys. */
guint signers_count(const Signers *signers);
/* Whose signature it is: the name of a key's file without .pem, borrowed; NULL
 * when it is nobody's of them. */
const char *signers_judge(const Signers *signers, GBytes *message,
			  GBytes *signature);

#endif
