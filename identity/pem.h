/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/pem.h: reading PEM files. Internal to identity/.
 */
#ifndef IDENTITY_PEM_H
#define IDENTITY_PEM_H

#include "identity/openssl.h"

/* A whole file of bounded size; not NUL-terminated. */
char *identity_read_file(const char *file, gsize *len, GError **error);

#endif
